/* Brings the drawing of a graph to life. Everything it leads to is a link of the page; this adds moving about, moving topics, looking at one
   topic's connections, saving. Places that a person chose stay as the graph grows. */

import { save } from "./graph/saving.js";
import { spread } from "./graph/spreading.js";
import { Things } from "./graph/things.js";
import { View } from "./graph/view.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CLICK = 4;
const pinned = new Map();
let isSpread = false;
let centre = null;
let seen = null; // the view onto the drawing
let kept = null; // where it was before the same drawing comes anew

function alive(graph) {
  const stage = graph.querySelector("[data-graph-stage]");
  const frame = stage.querySelector("[data-graph-view]");
  const drawing = stage.querySelector("[data-graph-drawing]");
  const things = new Things(drawing);
  graph.classList.add("graph--alive");
  const view = new View(frame, drawing);
  seen = view;
  if (kept) view.turn(kept);
  kept = null;
  const captions = drawing.querySelector(".graph__captions");
  let placing = null;
  let dragged = null;

  const own = drawing.querySelector(".graph__topic--centre")?.dataset.topic;
  if (own !== centre) {
    centre = own;
    pinned.clear();
    isSpread = false;
  }

  async function arrange() {
    const places = isSpread ? await spread(things, pinned) : new Map([...things.topics].map(([id, { home }]) => [id, home]));
    for (const [id, point] of pinned) if (things.topics.has(id)) places.set(id, point);
    things.place(places);
    captions.toggleAttribute("hidden", isSpread);
    captions.setAttribute("display", isSpread ? "none" : "inline");
    for (const words of drawing.querySelectorAll(".graph__further")) words.setAttribute("display", isSpread ? "none" : "inline");
    for (const button of stage.querySelectorAll("[data-graph-spread]")) button.setAttribute("aria-pressed", String(isSpread));
  }

  function put(topic, point) {
    pinned.set(topic.id, point);
    things.place(new Map([[topic.id, point]]));
  }

  function card(topic) {
    stage.querySelector(".graph__card")?.remove();
    if (!topic) return;
    const box = document.createElement("div");
    box.className = "graph__card";
    const name = document.createElement("strong");
    name.textContent = topic.element.querySelector("title")?.textContent ?? "";
    box.append(name);
    for (const link of graph.querySelectorAll(`#around-${topic.id} .graph__deeds a`)) {
      const copy = link.cloneNode(true);
      for (const hidden of copy.querySelectorAll(".visually-hidden")) hidden.remove();
      box.append(copy);
    }
    const move = document.createElement("button");
    move.type = "button";
    move.textContent = pinned.has(topic.id) ? "Let go" : "Put elsewhere";
    move.addEventListener("click", () => {
      if (pinned.delete(topic.id)) {
        arrange();
        card(topic);
      } else {
        placing = topic;
        graph.classList.add("graph--placing");
      }
    });
    box.append(move);
    stage.append(box);
  }

  stage.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.graphZoom) view.zoom(Number(button.dataset.graphZoom));
    else if (button?.hasAttribute("data-graph-fit")) view.fit(things.bounds());
    else if (button?.dataset.graphSave) save(drawing, button.dataset.graphSave);
    else if (button?.hasAttribute("data-graph-spread")) {
      isSpread = !isSpread;
      arrange().then(() => view.fit(things.bounds()));
    } else if (button?.hasAttribute("data-graph-full")) {
      if (document.fullscreenElement) document.exitFullscreen();
      else stage.requestFullscreen?.();
    } else if (placing && frame.contains(event.target)) {
      event.preventDefault();
      put(placing, view.at(event));
      card(placing);
      placing = null;
      graph.classList.remove("graph--placing");
    } else if (dragged) {
      event.preventDefault();
      dragged = null;
    }
  });

  frame.addEventListener("pointerdown", (event) => {
    dragged = null;
    const topic = event.pointerType === "mouse" && event.button === 0 ? things.of(event.target) : null;
    if (!topic || event.target.closest(".graph__badge")) return;
    event.preventDefault(); // the view does not move along
    const from = { x: event.clientX, y: event.clientY };
    const grip = view.at(event);
    const offset = { x: topic.x - grip.x, y: topic.y - grip.y };
    const move = (moved) => {
      if (!dragged && Math.hypot(moved.clientX - from.x, moved.clientY - from.y) < CLICK) return;
      dragged = topic;
      const point = view.at(moved);
      put(topic, { x: point.x + offset.x, y: point.y + offset.y });
    };
    const end = () => {
      document.removeEventListener("pointermove", move);
      if (dragged) card(topic);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end, { once: true });
  });
  drawing.addEventListener("dragstart", (event) => event.preventDefault());

  drawing.addEventListener("pointerover", (event) => {
    const topic = things.of(event.target);
    things.lookAt(topic ?? things.of(document.activeElement));
    if (topic && event.pointerType === "mouse") card(topic);
  });
  frame.addEventListener("pointerleave", () => things.lookAt(things.of(document.activeElement)));
  stage.addEventListener("focusin", (event) => {
    const topic = things.of(event.target);
    if (!topic) return;
    things.lookAt(topic);
    card(topic);
    frame.scrollTo(0, 0);
    if (event.target.matches(":focus-visible")) view.reveal(topic);
  });
  stage.addEventListener("focusout", (event) => {
    if (!stage.contains(event.relatedTarget)) things.lookAt(null);
  });

  drawing.addEventListener("keydown", (event) => {
    const topic = things.of(event.target);
    const arrow = ARROWS[event.key];
    if (!topic || event.ctrlKey || event.metaKey) return;
    if (arrow && event.altKey) put(topic, { x: topic.x + arrow[0] * 20, y: topic.y + arrow[1] * 20 });
    else if (arrow) things.towards(topic, ...arrow)?.element.querySelector("a").focus({ preventScroll: true, focusVisible: true });
    else if (event.key === "Home") drawing.querySelector(".graph__topic--centre a").focus({ preventScroll: true, focusVisible: true });
    else return;
    event.preventDefault();
  });

  document.addEventListener("fullscreenchange", () => {
    const isFull = document.fullscreenElement === stage;
    stage.querySelector("[data-graph-full]")?.setAttribute("aria-pressed", String(isFull));
    if (stage.isConnected) requestAnimationFrame(() => view.show());
  });
  if (isSpread || pinned.size) arrange();
}

function wake() {
  for (const graph of document.querySelectorAll("[data-graph]:not(.graph--alive)")) alive(graph);
}

document.addEventListener("live:show", () => { kept = seen && { scale: seen.scale, centre: seen.centre }; });
document.addEventListener("htmx:after:settle", wake);
wake();
