/* Open pages follow what others do. The server says that a page may look different; the page then asks for itself, with the rights
   and the context of its reader, and takes the parts that differ. A part in which somebody works is left alone and says so.
   A page that follows has [data-follows], the address of its stream; a part is what has data-region, or an id that begins with "topic-".
   This module comes before all others: it must see the page as the server sent it. */

const page = document.querySelector("[data-follows]");
const FORMS = 'form[method="post"]';
const FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio], [type=submit]), textarea";

let source = null, release = null, timer = 0, failures = 0;
let version = Number(page?.dataset.version), latest = version, stream = "", isOver = false, isLeaving = false;

/* What the page shows */

const sent = new Map(); // the parts as the server sent them
const swapped = new Set(); // parts that this page has asked for itself since
const notes = new Map(); // the lines above parts that were left alone

const regions = (root) => [...root.querySelectorAll('main :is([id^="topic-"], [data-region][id])')]
  .filter((each) => !each.parentElement.closest('[id^="topic-"], [data-region]'));
const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
const say = (text) => document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
const isTyped = (root) => [...root.querySelectorAll(FIELDS)].some((field) => field.value !== field.defaultValue);

function isHeld(region) {
  const selection = getSelection();
  return region.contains(document.activeElement) || isTyped(region)
    || region.querySelector("form[data-inline], dialog[open], details[data-menu][open], iframe, [aria-busy=true]")
    || (!selection.isCollapsed && selection.rangeCount > 0 && selection.getRangeAt(0).intersectsNode(region))
    || [...region.querySelectorAll("video, audio")].some((each) => !each.paused);
}

/* What a reader would notice: for parts that scripts have had their hands on. */
function looks(region) {
  const copy = region.cloneNode(true);
  for (const time of copy.querySelectorAll("time")) time.textContent = time.dateTime;
  const addresses = [...copy.querySelectorAll("[href], [src]")].map((each) => each.getAttribute("href") ?? each.getAttribute("src"));
  return copy.textContent.replace(/\s+/g, " ") + addresses.join(" ");
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
  notes.get(id)?.remove();
  notes.delete(id);
}

function tell(old, fresh, who) {
  forget(fresh.id);
  const note = make("div", "live-note");
  const button = Object.assign(make("button", "button button--small", "Show"), { type: "button" });
  note.append(make("p", "", `${who} changed this just now.`), button);
  button.addEventListener("click", () => {
    const now = document.getElementById(fresh.id);
    if (!isTyped(now)) {
      const node = put(now, fresh);
      node.tabIndex = -1;
      node.focus();
      return;
    }
    // What is typed stays; the new state is shown beside it, to be read.
    const copy = document.importNode(fresh, true);
    for (const each of copy.querySelectorAll("form, button, a.button, script")) each.remove();
    for (const each of [copy, ...copy.querySelectorAll("[id]")]) each.removeAttribute("id");
    note.append(copy);
    button.remove();
  });
  old.before(note);
  notes.set(fresh.id, note);
}

function take(fresh, who, isMine) {
  let taken = 0;
  for (const region of regions(fresh)) {
    const { id, outerHTML } = region;
    const old = document.getElementById(id);
    if (!old || sent.get(id) === outerHTML) {
      forget(id);
    } else if (swapped.has(id) && looks(old) === looks(region)) {
      sent.set(id, outerHTML);
    } else if (!isHeld(old)) {
      put(old, region);
      taken += 1;
    } else if (!isMine) {
      tell(old, region, who);
      taken += 1;
    }
  }
  if (!taken) return;
  document.title = fresh.title;
  if (!isMine) say(`${who} changed this page.`);
}

document.addEventListener("htmx:after:settle", (event) => {
  const region = event.target.closest?.('[id^="topic-"], [data-region]');
  if (!page || !region || !event.detail.ctx) return;
  swapped.add(region.id);
  if (!isHeld(region)) forget(region.id);
});

/* Asking for the page */

const waiting = [];

function look(told, spread) {
  waiting.push(told);
  if (waiting.length > 1 || isOver) return;
  // Not all readers at the same moment.
  setTimeout(async () => {
    const all = waiting.splice(0);
    const until = latest;
    if (isOver || isLeaving) return;
    try {
      if (await ask(all)) version = until;
    } catch {
      // Not reached: the stream breaks too, and both are tried again.
    }
  }, 150 + Math.random() * spread);
}

async function ask(all) {
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html", "X-Refresh": "1" }, cache: "no-cache" });
  const names = [...new Set(all.map((told) => told.by ?? "Somebody"))];
  const who = names.length === 1 ? names[0] : "Others";
  if (isOver || isLeaving) return false;
  if (answer.status === 404) return void gone(who, all.length === 1 ? all[0].undo : undefined);
  if (!answer.ok) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const there = fresh.querySelector("[data-follows]");
  if (!there) return false;
  if (there.dataset.topic !== page.dataset.topic) return void elsewhere(fresh.title, answer.url);
  if (answer.redirected) history.replaceState(history.state, "", answer.url + location.hash);
  take(fresh, who, all.every((told) => told.mine));
  return true;
}

function notice(className, text, ...more) {
  document.querySelector(`.${className}`)?.remove();
  const box = make("div", `live-note ${className}`);
  box.append(make("p", "", text), ...more);
  document.querySelector("main").prepend(box);
  say(text);
  return box;
}

function gone(who, undo) {
  const form = make("form", "");
  if (undo) {
    Object.assign(form, { method: "post", action: undo });
    form.append(make("button", "button button--small", "Undo"));
  }
  notice("live-note--gone", `${who} deleted this topic. What you see is no longer there.`, form);
}

function elsewhere(title, url) {
  notice("live-note--gone", "This topic is now part of another one.", Object.assign(make("a", "", title), { href: url }));
}

let changes = 0;

function count(told) {
  if (told.mine) return;
  changes += 1;
  const text = !told.version ? "There are new changes" : changes === 1 ? "1 new change" : `${changes} new changes`;
  const link = document.querySelector(".live-note--list a");
  if (link) link.previousSibling.textContent = `${text}. `;
  else {
    const box = notice("live-note--list", `${text}. `);
    box.firstChild.append(Object.assign(make("a", "", "Show"), { href: location.href }));
  }
}

const changed = (told) => ("list" in page.dataset ? count(told) : look(told, told.spread ?? 500));

/* Access withdrawn: what is to be read goes, what was typed stays. */

function veil(root) {
  for (const child of root.children) {
    if (child.matches("form") ? isTyped(child) : isTyped(child) && (veil(child), true)) continue;
    child.hidden = true;
  }
}

function end(reason) {
  if (isOver) return;
  isOver = true;
  close();
  const main = document.querySelector("main");
  veil(main);
  const box = notice("live-note--over", reason === "session"
    ? "You are no longer signed in. What you typed is still here; sign in again in another tab."
    : "You no longer have access to this map. What you typed is still here, but it cannot be saved.");
  box.setAttribute("role", "alert");
  people("");
}

/* Who is here */

const here = make("div", "here");
let deeds = [];

function people(html) {
  for (const deed of deeds) deed.remove();
  here.innerHTML = html;
  deeds = [...here.querySelectorAll("[data-part]")];
  for (const deed of deeds) {
    const region = document.getElementById(deed.dataset.part);
    if (region) region.before(deed);
    else deed.remove();
  }
  if (!here.isConnected) document.querySelector(".bar__end")?.prepend(here);
}

let part = "", saidAt = 0;

function write(now) {
  if (!stream || isOver || (now === part && Date.now() - saidAt < 40000)) return;
  if (!now && !part) return;
  [part, saidAt] = [now, Date.now()];
  fetch(`${page.dataset.follows.split("?")[0]}/editing`, { method: "POST", body: new URLSearchParams({ stream, part }) }).catch(() => {});
}

document.addEventListener("input", (event) => {
  const region = event.target.closest?.(FORMS)?.closest('[id^="topic-"]');
  if (region) write(region.id);
});
document.addEventListener("htmx:after:settle", () => {
  const region = part && document.getElementById(part);
  if (part && !(region && isTyped(region))) write("");
});

/* The stream. A browser opens few connections to a site: hidden pages let theirs go, and of many windows some ask now and then. */

async function turn() {
  if (!navigator.locks) return () => {};
  for (let number = 0; number < 4; number += 1) {
    const done = await new Promise((got) => {
      navigator.locks.request(`live-${number}`, { ifAvailable: true }, (lock) => lock && new Promise((free) => got(free)))
        .then(() => got(null), () => got(null));
    });
    if (done) return done;
  }
  return null;
}

async function open() {
  clearTimeout(timer);
  if (source || isOver || document.hidden) return;
  const free = await turn();
  if (!free || source || document.hidden) {
    free?.();
    if (!document.hidden && !source) {
      changed({});
      later(20000);
    }
    return;
  }
  release = free;
  source = new EventSource(`${page.dataset.follows}${page.dataset.follows.includes("?") ? "&" : "?"}since=${version}`);
  source.addEventListener("hello", (event) => {
    ({ stream, version: latest } = JSON.parse(event.data));
    failures = 0;
    lost(false);
    const region = part && document.getElementById(part);
    [part, saidAt] = ["", 0];
    if (region && isTyped(region)) setTimeout(() => write(region.id), 1500);
  });
  source.addEventListener("change", (event) => {
    const told = JSON.parse(event.data);
    latest = told.version;
    changed(told);
  });
  source.addEventListener("catch-up", () => changed({}));
  source.addEventListener("presence", (event) => people(event.data));
  source.addEventListener("closed", (event) => end(event.data));
  source.addEventListener("news", (event) => {
    const detail = JSON.parse(event.data);
    document.dispatchEvent(new CustomEvent(`live:${detail.kind}`, { detail }));
  });
  source.addEventListener("error", broken);
}

function close() {
  source?.close();
  release?.();
  source = release = null;
  stream = "";
  clearTimeout(timer);
}

function later(pause) {
  timer = setTimeout(open, pause * (0.5 + Math.random() / 2));
}

async function broken() {
  close();
  failures += 1;
  people("");
  lost(failures > 2 && navigator.onLine);
  later(Math.min(60000, 1000 * 2 ** failures));
  // The stream does not say why it was refused; the page at its address does.
  const answer = await fetch(page.dataset.follows, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.status === 404 || answer?.redirected) end(answer.redirected ? "session" : "access");
}

function lost(is) {
  const bar = document.querySelector(".live-lost");
  if (!is) bar?.remove();
  else if (!bar) document.querySelector(".bar").before(Object.assign(make("div", "offline live-lost", "The connection to the server is lost. What you type stays here."), { role: "status" }));
}

if (page) {
  for (const region of regions(document)) sent.set(region.id, region.outerHTML);
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  window.addEventListener("online", open);
  // The next page shows the change itself.
  window.addEventListener("beforeunload", () => { isLeaving = true; setTimeout(() => { isLeaving = false; }, 5000); });
  open();
}
