/* What a page that follows says: that a part was changed, that its topic is gone, that something is new, that access was withdrawn,
   who is here. Loaded when there is something to say. */

const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
const say = (text) => document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));

/* A line above a part in which somebody works. `show` puts the new part in place and returns it. */
export function note(part, fresh, who, isTyped, show) {
  const line = make("div", "live-note");
  const button = Object.assign(make("button", "button button--small", "Show"), { type: "button" });
  line.append(make("p", "", `${who} changed this just now.`), button);
  button.addEventListener("click", () => {
    const now = document.getElementById(fresh.id);
    if (!isTyped(now)) {
      const node = show(now);
      node.tabIndex = -1;
      node.focus();
      return;
    }
    // What is typed stays; the new state is shown beside it, to be read.
    const copy = document.importNode(fresh, true);
    for (const each of copy.querySelectorAll("form, button, a.button, script")) each.remove();
    for (const each of [copy, ...copy.querySelectorAll("[id]")]) each.removeAttribute("id");
    line.append(copy);
    button.remove();
  });
  part.before(line);
  return line;
}

function notice(name, text, ...more) {
  document.querySelector(`.live-note--${name}`)?.remove();
  const box = make("div", `live-note live-note--${name}`);
  box.append(make("p", "", text), ...more);
  document.querySelector("main").prepend(box);
  say(text);
  return box;
}

export function gone(who, undo) {
  const form = make("form", "");
  if (undo) {
    Object.assign(form, { method: "post", action: undo });
    form.append(make("button", "button button--small", "Undo"));
  }
  notice("gone", `${who ? `${who} deleted this topic. What you see` : "What this page shows"} is no longer there.`, ...(undo ? [form] : []));
}

export function elsewhere(title, url) {
  notice("gone", "This topic is now part of another one:", Object.assign(make("a", "", title), { href: url }));
}

/* A page that is left as it is until its reader wants the new one. `isExact`: so many changes, and not something that was missed. */
export function count(changes, isExact, page) {
  const line = document.querySelector(".live-note--list");
  if (!changes) return line?.remove();
  const things = page.dataset.heeds === "comments" ? "comments" : "changes";
  const text = !isExact ? `There are new ${things}.` : changes === 1 ? "1 new change." : `${changes} new changes.`;
  if (line) {
    line.querySelector("p").textContent = text;
    return undefined;
  }
  const link = Object.assign(make("a", "", "Show"), { href: location.href });
  link.addEventListener("click", (event) => {
    link.href = location.href; // a page that moves about has another address by now
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(page);
  });
  notice("list", text, link);
  return undefined;
}

/* What a reader has moved about in is put anew where it stands, which keeps the place; everything else is loaded anew. */
async function show(page) {
  const { list } = page.dataset;
  if (page.dataset.swaps === undefined || !window.htmx) return location.reload();
  document.dispatchEvent(new CustomEvent("live:show"));
  await window.htmx.ajax("GET", location.pathname + location.search, { target: `#${list}`, swap: "outerHTML" });
  const fresh = document.getElementById(list);
  fresh.tabIndex = -1;
  fresh.focus({ preventScroll: true });
  return undefined;
}

/* Access withdrawn: what is to be read goes, what was typed stays. */

function veil(root, isTyped) {
  for (const child of root.children) {
    if (!isTyped(child)) child.hidden = true;
    else if (!child.matches("form")) veil(child, isTyped);
  }
}

export function over(reason, isTyped) {
  const main = document.querySelector("main");
  const kept = isTyped(main) ? " What you typed is still here" : "";
  veil(main, isTyped);
  const text = reason === "session" ? `You are no longer signed in.${kept && `${kept}; sign in again in another tab, then save it.`}`
    : `You no longer have access to this map.${kept && `${kept}; copy it, for it cannot be saved.`}`;
  const [words, href] = reason === "session" ? ["Sign in", "/sign-in"] : ["Your maps", "/maps"];
  const box = notice("over", text, Object.assign(make("a", "", words), { href }));
  // The heading of the page is gone with what was to be read: what is left is about this.
  if (![...document.querySelectorAll("h1")].some((heading) => heading.checkVisibility())) box.firstChild.replaceWith(make("h1", "", text));
  box.setAttribute("role", "alert");
}

const here = make("div", "here");
let deeds = [];

export function people(html) {
  for (const deed of deeds) deed.remove();
  here.innerHTML = html;
  deeds = [...here.querySelectorAll("[data-part]")];
  for (const deed of deeds) {
    const part = document.getElementById(deed.dataset.part);
    if (part) part.before(deed);
    else deed.remove();
  }
  if (!here.isConnected) document.querySelector(".bar__end").prepend(here);
}

/* The bell in the header, with the number of notices that are unread. */
export function ring(bell, unread) {
  const before = parseInt(bell.textContent) || 0;
  bell.querySelector(".bar__count")?.remove();
  if (unread) bell.append(Object.assign(make("span", "bar__count", unread), { ariaHidden: "true" }));
  const text = unread ? `Notices: ${unread} unread` : "Notices";
  bell.setAttribute("aria-label", text);
  if (parseInt(unread) > before) say(text);
}

export function lost(is) {
  const bar = document.querySelector(".live-lost");
  if (!is) return bar?.remove();
  if (bar) return undefined;
  const line = make("div", "offline live-lost", "The connection to the server is lost. What you type stays here.");
  line.setAttribute("role", "status");
  document.querySelector(".bar").before(line);
  return undefined;
}
