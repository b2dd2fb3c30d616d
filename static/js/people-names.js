/* Typing @ in textarea[data-people] offers the people who can be named, from the address in that attribute. Enter or Tab takes the name. */

import { placeAtCaret } from "./caret.js";

const opening = /(?:^|[^\p{L}\p{N}_@/.+-])@([\p{L}\p{N}][^@\n]{0,60})?$/u;
let list = null;
let area = null;
let active = null;
let timer = 0;
let request = null;
let shown = null; // what the list answers

// What follows the last @, which may be nothing yet; undefined where no name is being typed.
function typed() {
  if (!area || area.selectionStart !== area.selectionEnd) return undefined;
  const found = area.value.slice(0, area.selectionStart).match(opening);
  return found ? (found[1] ?? "") : undefined;
}

function close() {
  clearTimeout(timer);
  request?.abort();
  list?.remove();
  for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) area?.removeAttribute(name);
  list = active = shown = null;
}

function activate(option) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
  active = option;
  area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function show(html, asked) {
  if (document.activeElement !== area || typed() === undefined) return close();
  const options = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll('[role="option"]')];
  // A name that is written out needs no list; a longer one that begins so does.
  const found = options.filter((option) => option.dataset.label.toLowerCase() !== asked.trim().toLowerCase());
  if (!found.length) return close();
  if (!list) {
    list = document.createElement("ul");
    list.id = "people-names";
    list.className = "combo__list combo__list--caret";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "People who can be named");
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => choose(event.target.closest('[role="option"]')));
    area.parentElement.classList.add("field--caret");
    area.parentElement.append(list);
  }
  shown = asked;
  found.forEach((option, index) => { option.id = `people-names-${index}`; });
  list.replaceChildren(...found);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  activate(found[0]);
  placeAtCaret(list, area);
  say(found.length === 1 ? "1 person can be named" : `${found.length} people can be named`);
  return undefined;
}

function say(text) {
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

async function ask(name) {
  request?.abort();
  request = new AbortController();
  const url = new URL(area.dataset.people, location.href);
  url.searchParams.set("q", name);
  try {
    const answer = await fetch(url, { signal: request.signal, headers: { Accept: "text/html", "HX-Request": "true", "HX-Request-Type": "partial" } });
    if (answer.ok) show(await answer.text(), name);
    else close();
  } catch (error) {
    // Offline or overtaken by the next key: the name can be written out by hand.
    if (error.name !== "AbortError") close();
  }
}

function choose(option) {
  if (!option) return;
  const [field, end, name] = [area, area.selectionStart, typed()];
  const words = option.dataset.label;
  close();
  field.setSelectionRange(end - name.length, end);
  if (!document.execCommand("insertText", false, words)) field.setRangeText(words, end - name.length, end, "end");
}

document.addEventListener("input", (event) => {
  const field = event.target.closest?.("textarea[data-people]");
  if (!field) return;
  area = field;
  const name = typed();
  clearTimeout(timer);
  if (name === undefined) close();
  else timer = setTimeout(() => ask(name), 120);
});

// Capturing: while the list is open its keys are its own, and the form's Escape has to wait.
document.addEventListener("keydown", (event) => {
  if (!list || event.target !== area || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = [...list.children];
  if (step) {
    activate(all[(all.indexOf(active) + step + all.length) % all.length]);
  } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    // The list of a letter ago does not answer what is there now: the key does what it always does.
    if (shown !== typed()) return close();
    choose(active);
  } else if (event.key === "Escape") {
    close();
  } else {
    return undefined;
  }
  event.preventDefault();
  event.stopPropagation();
  return undefined;
}, { capture: true });

document.addEventListener("focusout", (event) => { if (event.target === area) close(); });
