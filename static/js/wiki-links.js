/* Typing [[ in textarea[data-editor="markdown"] offers topics below the caret. The list comes from the
   textarea's own data-source or from the first <combo-box> of its form. Enter or Tab takes the topic; | takes it
   and goes on with other words for it, as in [[Tosca|the opera]]. A name that no topic has can be made one at once,
   by the list's last entry, or written as it is: after saving, the text offers to create it. */

import { placeAtCaret } from "./caret.js";

const opening = /\[\[([^[\]|\n]{1,100})$/;
let list = null;
let area = null;
let active = null;
let timer = 0;
let request = null;
let shown = ""; // what the list answers
let wanted = null; // Enter or | came before the list for what was typed

function editor(target) {
  return target.closest?.('textarea[data-editor="markdown"]');
}

function source(field) {
  return field.dataset.source ?? field.form?.querySelector("combo-box")?.dataset.source;
}

function typedName() {
  return area && area.selectionStart === area.selectionEnd ? area.value.slice(0, area.selectionStart).match(opening)?.[1] : undefined;
}

function close() {
  clearTimeout(timer);
  request?.abort();
  list?.remove();
  for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) area?.removeAttribute(name);
  list = active = wanted = null;
}

function options() {
  return [...list.querySelectorAll('[role="option"]')];
}

function activate(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  active = option;
  area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function show(html, asked) {
  if (document.activeElement !== area || !typedName()) return close();
  shown = asked;
  const found = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll('[role="option"]')];
  if (!found.length) return close();
  if (!list) {
    list = document.createElement("ul");
    list.id = "wiki-links";
    list.className = "combo__list combo__list--caret";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Topics to link to");
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => choose(event.target.closest('[role="option"]')));
    area.parentElement.classList.add("field--caret");
    area.parentElement.append(list);
  }
  found.forEach((option, index) => { option.id = `wiki-links-${index}`; });
  list.replaceChildren(...found);
  if (wanted) return take(found[0], wanted);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  activate(found[0]);
  placeAtCaret(list, area);
  const count = found.filter((option) => !("create" in option.dataset)).length;
  say(count === 1 ? "1 topic to link to" : count ? `${count} topics to link to` : "No topic of this name yet. Enter creates it.");
  return undefined;
}

function say(text) {
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

/* Makes the topic while the writing goes on; the link is right either way. */
async function create(field, name) {
  const url = source(field).replace(/\/references.*$/, "/topics/new");
  try {
    const answer = await fetch(url, {
      method: "POST", body: new URLSearchParams({ name }), headers: { Accept: "text/html", "HX-Request": "true", "HX-Request-Type": "partial" },
    });
    say(answer.headers.has("HX-Redirect") ? `Created the topic “${name}”` : `“${name}” was not created; the text will offer it again`);
  } catch {
    say(`“${name}” was not created; the text will offer it again`);
  }
}

async function ask(name) {
  request?.abort();
  request = new AbortController();
  const url = new URL(source(area), location.href);
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

/* `open` leaves the link open for other words behind a bar. */
function choose(option, open = false) {
  if (!option) return;
  const [field, end] = [area, area.selectionStart];
  const isClosed = field.value.slice(end, end + 2) === "]]";
  field.setSelectionRange(end - typedName().length, end + (isClosed ? 2 : 0));
  const { label, create: makes } = option.dataset;
  const text = `${label}${open ? "|" : ""}]]`;
  close();
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  if (open) field.setSelectionRange(field.selectionEnd - 2, field.selectionEnd - 2);
  if (makes !== undefined) create(field, label);
}

/* A list of a letter ago offers something else than what was typed: what is on its way is taken when it is there. */
function takeFresh(key) {
  if (typedName()?.trim() === shown) take(active, key);
  else wanted = key;
}

function take(option, key) {
  const isNew = key === "|" && "create" in option.dataset; // its other words are written by hand
  if (!isNew) return choose(option, key === "|");
  close();
  return document.execCommand("insertText", false, "|");
}

document.addEventListener("input", (event) => {
  const field = editor(event.target);
  if (!field || !source(field)) return;
  area = field;
  const name = typedName();
  clearTimeout(timer);
  wanted = null;
  if (name?.trim()) timer = setTimeout(() => ask(name.trim()), 120);
  else close();
});

// Capturing: while the list is open its keys are its own, and the form's Escape has to wait.
document.addEventListener("keydown", (event) => {
  if (!list || event.target !== area || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const all = options();
    activate(all[(all.indexOf(active) + step + all.length) % all.length]);
    shown = typedName()?.trim(); // chosen by hand from the list that is there
    clearTimeout(timer);
    request?.abort();
  } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    takeFresh(event.key);
  } else if (event.key === "|" && active && !("create" in active.dataset)) {
    takeFresh("|");
  } else if (event.key === "Escape") {
    close();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

document.addEventListener("focusout", (event) => { if (event.target === area) close(); });
document.addEventListener("selectionchange", () => { if (list && document.activeElement === area && !typedName()) close(); });
