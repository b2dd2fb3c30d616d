/* Open pages follow what others do. The server says that a page may look different; the page then asks for itself, with the rights
   and the context of its reader, and takes the parts that differ. A part in which somebody works is left alone and says so.
   A page that follows has [data-follows], the address of its stream; a part is what has data-region, or an id that begins with "topic-".
   With [data-list], the id of an element, it only says that there it would be another one now; [data-heeds] names what else it follows.
   This module comes before all others: it must see the page as the server sent it. */

const page = document.querySelector("[data-follows]");
const list = page?.dataset.list;
const bell = document.querySelector(".bar__bell");
const heeds = (page?.dataset.heeds ?? "change").split(" ");
const PART = '[id^="topic-"], [data-region][id]';
const FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio], [type=submit]), textarea";

let source = null, release = null, timer = 0, failures = 0, isOver = false, isLeaving = false;
let version = Number(page?.dataset.version), latest = version, stream = "";

let words;
const tell = async (name, ...more) => (await (words ??= import("./live/telling.js")))[name](...more);

/* What the page shows */

const ring = (unread) => bell && unread != null && unread !== bell.textContent.trim() && tell("ring", bell, unread);

const sent = new Map(); // the parts as the server sent them
const swapped = new Set(); // parts that this page has asked for by itself since
const notes = new Map(); // the lines above parts that were left alone, and what they tell of

const parts = (root) => [...root.querySelectorAll(`main :is(${PART})`)].filter((each) => !each.parentElement.closest(PART));
const isTyped = (root) => root.matches("[data-unsaved]") || root.querySelector("[data-unsaved]")
  || [root, ...root.querySelectorAll(FIELDS)].some((each) => each.defaultValue !== undefined && each.value !== each.defaultValue);

function isHeld(part) {
  const selection = getSelection();
  return part.contains(document.activeElement) || isTyped(part)
    || part.querySelector("form[data-inline], dialog[open], details[data-menu][open], iframe, [aria-busy=true]")
    || (!selection.isCollapsed && selection.rangeCount > 0 && selection.getRangeAt(0).intersectsNode(part))
    || [...part.querySelectorAll("video, audio")].some((each) => !each.paused);
}

/* What a reader would notice: for parts that scripts have had their hands on. */
function looks(part) {
  const copy = part.cloneNode(true);
  for (const time of copy.querySelectorAll("time")) time.textContent = time.dateTime;
  for (const form of copy.querySelectorAll("form[data-warn], .live-note")) form.remove();
  const addresses = [...copy.querySelectorAll("[href], [src]")].map((each) => each.getAttribute("href") ?? each.getAttribute("src"));
  return copy.textContent.replace(/\s+/g, " ") + addresses.join(" ");
}

let shown = ""; // how the list looked as the server sent it: scripts add to some

function same(now) {
  shown = now;
  if (changes) tell("count", changes = 0);
}

function put(old, fresh) {
  const node = document.importNode(fresh, true);
  old.replaceWith(node);
  sent.set(node.id, fresh.outerHTML);
  swapped.delete(node.id);
  forget(node.id);
  htmx.process(node);
  node.classList.add("is-fresh");
  node.addEventListener("animationend", () => node.classList.remove("is-fresh"), { once: true });
  node.dispatchEvent(new CustomEvent("htmx:after:settle", { bubbles: true, detail: { task: {}, newContent: [node] } }));
  return node;
}

function forget(id) {
  notes.get(id)?.line.remove();
  notes.delete(id);
}

/* A part that the page did not have, after the part that it follows. */
function add(part) {
  const before = part.previousElementSibling?.id && document.getElementById(part.previousElementSibling.id);
  if (!before) return 0;
  const place = document.createElement("div");
  before.after(place);
  put(place, part);
  return 1;
}

async function take(fresh, who, isMine) {
  let taken = 0;
  for (const id of sent.keys()) {
    const old = document.getElementById(id);
    if (!old || fresh.getElementById(id) || isHeld(old)) continue;
    old.remove();
    sent.delete(id);
  }
  for (const part of parts(fresh)) {
    const { id, outerHTML } = part;
    const old = document.getElementById(id);
    if (!old) taken += add(part);
    else if (sent.get(id) === outerHTML) forget(id);
    else if (swapped.has(id) && looks(old) === looks(part)) sent.set(id, outerHTML);
    else if (!isHeld(old)) {
      put(old, part);
      taken += 1;
    } else if (!isMine && notes.get(id)?.html !== outerHTML) {
      const line = await tell("note", old, part, who, isTyped, (now) => put(now, part));
      forget(id);
      notes.set(id, { line, html: outerHTML });
      taken += 1;
    }
  }
  if (!taken) return;
  document.title = fresh.title;
  if (!isMine) document.dispatchEvent(new CustomEvent("announce", { detail: { text: `${who} changed this page.` } }));
}

/* Asking for the page */

const waiting = [];
let changes = 0, askedAt = 0;

function look(told) {
  waiting.push(told);
  if (waiting.length > 1) return;
  // Readers of one page do not all ask at the same moment, and none of them all the time.
  const pause = Math.max(150, askedAt + 3000 - Date.now()) + Math.random() * (told.spread ?? 500);
  setTimeout(async () => {
    const all = waiting.splice(0);
    const until = latest;
    askedAt = Date.now();
    try {
      if (!isOver && !isLeaving && await ask(all)) version = until;
    } catch {
      // Not reached: then the stream breaks too, and both are tried again.
    }
  }, pause);
}

async function ask(all) {
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html", "X-Refresh": "1" }, cache: "no-cache" });
  const names = new Set(all.map((told) => told.by ?? "Somebody"));
  const who = names.size === 1 ? [...names][0] : "Others";
  if (isOver || isLeaving) return false;
  if (answer.status === 404) return tell("gone", page.dataset.topic && who, all.length === 1 ? all[0].undo : "");
  if (!answer.ok) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const there = fresh.querySelector("[data-follows]");
  if (!there) return false;
  ring(fresh.querySelector(".bar__bell")?.textContent.trim());
  if (list) {
    const now = looks(fresh.getElementById(list));
    if (now === shown || now === looks(document.getElementById(list))) same(now);
    else tell("count", changes += all.length, all.every((told) => told.version), page);
    return true;
  }
  if (there.dataset.topic !== page.dataset.topic) return tell("elsewhere", fresh.querySelector("h1").textContent, answer.url);
  if (answer.redirected) history.replaceState(history.state, "", answer.url + location.hash);
  await take(fresh, who, all.every((told) => told.mine));
  return true;
}

function end(reason) {
  if (isOver) return;
  isOver = true;
  close();
  tell("over", reason, isTyped);
  tell("people", "");
}

/* Saying what is edited here */

let part = "", saidAt = 0;

function write(now) {
  if (!stream || (now === part && (!now || Date.now() - saidAt < 40000))) return;
  [part, saidAt] = [now, Date.now()];
  fetch(`${page.dataset.follows.split("?")[0]}/editing`, { method: "POST", body: new URLSearchParams({ stream, part }) }).catch(() => {});
}

/* The stream. A browser opens few connections to a site: hidden pages let theirs go, and of many windows some ask now and then. */

async function turn() {
  if (!navigator.locks) return () => {};
  for (let number = 0; number < 4; number += 1) {
    const free = await new Promise((got) => {
      navigator.locks.request(`live-${number}`, { ifAvailable: true }, (lock) => (lock ? new Promise(got) : undefined)).then(() => got(null));
    });
    if (free) return free;
  }
  return null;
}

async function open() {
  clearTimeout(timer);
  if (source || isOver || document.hidden) return;
  const free = await turn();
  if (source || document.hidden) return void free?.();
  if (!free) {
    look({});
    return later(20000);
  }
  release = free;
  source = new EventSource(`${page.dataset.follows}${page.dataset.follows.includes("?") ? "&" : "?"}since=${version}`);
  const on = (name, deed) => source.addEventListener(name, (event) => deed(event.data));
  on("hello", (data) => {
    const told = JSON.parse(data);
    ({ stream, version: latest } = told);
    ring(told.unread);
    page.dataset.hears = "";
    if (failures > 2) tell("lost", false);
    failures = 0;
    const again = part;
    part = "";
    setTimeout(() => again && write(again), 1500);
  });
  on("change", (data) => {
    const told = JSON.parse(data);
    latest = told.version;
    if (heeds.includes("change")) look(told);
  });
  on("notices", ring);
  on("catch-up", () => look({}));
  on("presence", (data) => tell("people", data));
  on("closed", end);
  on("news", (data) => {
    const detail = JSON.parse(data);
    // Whoever sees to it by itself prevents that the page does.
    if (document.dispatchEvent(new CustomEvent(`live:${detail.kind}`, { detail, cancelable: true })) && heeds.includes(detail.kind)) look(detail);
  });
  source.addEventListener("error", broken);
}

function close() {
  source?.close();
  release?.();
  source = release = null;
  stream = "";
  delete page.dataset.hears;
  clearTimeout(timer);
}

function later(pause) {
  timer = setTimeout(open, pause * (0.5 + Math.random() / 2));
}

async function broken() {
  close();
  failures += 1;
  tell("people", "");
  later(Math.min(60000, 1000 * 2 ** failures));
  // A stream does not say why it was refused; the page at its address does.
  const answer = await fetch(page.dataset.follows, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.redirected) end("session");
  else if (answer?.status === 404) end("access");
  else if (failures > 2 && !answer?.ok && navigator.onLine) tell("lost", true);
  else if (failures > 2) look({});
}

if (page) {
  for (const each of parts(document)) sent.set(each.id, each.outerHTML);
  if (list) {
    shown = looks(document.getElementById(list));
    document.addEventListener("htmx:before:swap", ({ detail }) => {
      const now = new DOMParser().parseFromString(detail.ctx.text ?? "", "text/html").getElementById(list);
      if (now) same(looks(now));
    });
  }
  document.addEventListener("htmx:after:settle", (event) => {
    const region = event.target.closest?.(PART);
    if (region && event.detail.task?.target) {
      swapped.add(region.id);
      if (region === event.target || !isHeld(region)) forget(region.id);
    }
    const written = part && document.getElementById(part);
    if (part && !(written && isTyped(written))) write("");
  });
  document.addEventListener("input", (event) => {
    const region = event.target.closest?.('form[method="post"]')?.closest(PART);
    if (region) write(region.id);
  });
  document.addEventListener("live:look", () => look({ mine: true }));
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  window.addEventListener("online", open);
  // The page that comes next shows the change itself.
  window.addEventListener("beforeunload", () => { isLeaving = true; setTimeout(() => { isLeaving = false; }, 5000); });
  open();
}
