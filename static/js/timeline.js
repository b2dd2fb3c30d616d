/* Moves a timeline by dragging it and by Ctrl and the wheel: both follow the same links that stand above it. */

const ENOUGH = 120;

function alive(timeline) {
  const drawing = timeline.querySelector("[data-timeline-drawing]");
  const scene = timeline.querySelector("[data-timeline-scene]");
  if (!drawing || drawing.dataset.alive) return;
  drawing.dataset.alive = "true";
  let from = null;
  let moved = 0;

  const follow = (move) => timeline.querySelector(`[data-move="${move}"]`)?.click();

  drawing.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    event.preventDefault();
    [from, moved] = [event.clientX, 0];
  });
  document.addEventListener("pointermove", (event) => {
    if (from === null || !drawing.isConnected) return;
    moved = event.clientX - from;
    const scale = drawing.viewBox.baseVal.width / drawing.getBoundingClientRect().width;
    scene.setAttribute("transform", `translate(${moved * scale} 0)`);
  });
  document.addEventListener("pointerup", () => {
    if (from === null) return;
    from = null;
    scene.removeAttribute("transform");
    if (Math.abs(moved) > ENOUGH) follow(moved > 0 ? "earlier" : "later");
  });
  drawing.addEventListener("click", (event) => {
    if (Math.abs(moved) > 4) event.preventDefault();
  });
  drawing.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      follow(event.deltaY < 0 ? "closer" : "farther");
    },
    { passive: false },
  );
}

function wake() {
  for (const timeline of document.querySelectorAll("[data-timeline]")) alive(timeline);
}

document.addEventListener("htmx:after:settle", wake);
wake();
