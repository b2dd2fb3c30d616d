/* A list at the caret of a textarea, which completes what is being written. Its kinds say which textareas have one (`field`), where to ask
   (`source`), what of the text is to be completed (`typed`, undefined where nothing is), and what an option does (`choose`).
   Enter or Tab takes an option, Escape closes the list alone. */

import { placeAtCaret } from "./caret.js";
import { askFor } from "./options.js";

const DELAY = 120;

export class CaretList {
  area = null;
  list = null;
  active = null;
  shown = null; // what the list answers
  #timer = 0;
  #request = null;

  constructor(id, label) {
    Object.assign(this, { id, label });
    document.addEventListener("input", (event) => this.#written(event.target));
    // Capturing: while the list is open its keys are its own, and the form's Escape has to wait.
    document.addEventListener("keydown", (event) => {
      if (!this.list || event.target !== this.area || event.isComposing || !this.pressed(event)) return;
      event.preventDefault();
      event.stopPropagation();
    }, { capture: true });
    document.addEventListener("focusout", (event) => { if (event.target === this.area) this.close(); });
  }

  /* Which of the options are worth a list. */
  offered(options) {
    return options;
  }

  /* Enter or Tab for a list that does not answer what is written now: whether the key was taken. */
  stale() {
    this.close();
    return false;
  }

  get isFresh() {
    return this.shown === this.typed()?.trim();
  }

  /* The end of what is written before the caret, where it looks as wanted. */
  before(opening) {
    const area = this.area;
    return area && area.selectionStart === area.selectionEnd ? area.value.slice(0, area.selectionStart).match(opening) : null;
  }

  #written(target) {
    const field = this.field(target);
    if (!field) return;
    this.area = field;
    clearTimeout(this.#timer);
    this.wanted = null;
    const text = this.typed();
    if (text === undefined) this.close();
    else this.#timer = setTimeout(() => this.#ask(text.trim()), DELAY);
  }

  async #ask(text) {
    this.#request?.abort();
    this.#request = new AbortController();
    try {
      await askFor(this.source(this.area), text, this.#request.signal, (options, isPart) => this.#show(options, isPart, text));
    } catch (error) {
      // Offline or overtaken by the next key: what is meant can be written out by hand.
      if (error.name !== "AbortError") this.close();
    }
  }

  #show(options, isPart, asked) {
    if (document.activeElement !== this.area || this.typed() === undefined) return this.close();
    const found = this.offered(options, asked);
    // Nothing of that name, as far as was looked: what comes further may be meant.
    if (isPart && found.every((option) => "create" in option.dataset)) return undefined;
    if (!found.length) return this.close();
    this.list ??= this.#open();
    this.shown = asked;
    found.forEach((option, index) => { option.id = `${this.id}-${index}`; });
    this.list.replaceChildren(...found);
    if (this.wanted) return this.take(found[0], this.wanted);
    this.area.setAttribute("aria-autocomplete", "list");
    this.area.setAttribute("aria-controls", this.list.id);
    this.activate(found[0]);
    placeAtCaret(this.list, this.area);
    return this.say(this.told(found));
  }

  #open() {
    const list = Object.assign(document.createElement("ul"), { id: this.id, className: "combo__list combo__list--caret" });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.label);
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) this.choose(option);
    });
    this.area.parentElement.classList.add("field--caret");
    this.area.parentElement.append(list);
    return list;
  }

  close() {
    this.#stop();
    this.list?.remove();
    for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) this.area?.removeAttribute(name);
    this.list = this.active = this.shown = this.wanted = null;
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  activate(option) {
    for (const other of this.list.children) other.setAttribute("aria-selected", String(other === option));
    this.active = option;
    this.area.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /* Whether the key was meant for the list. */
  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const all = [...this.list.children];
      this.activate(all[(all.indexOf(this.active) + step + all.length) % all.length]);
      this.shown = this.typed()?.trim(); // chosen by hand from the list that is there
      this.#stop();
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      if (!this.isFresh) return this.stale(event.key);
      this.take(this.active, event.key);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    return true;
  }

  take(option) {
    this.choose(option);
  }

  /* Puts words where what was typed stands, with `more` characters after it, so that Undo takes them back. */
  put(words, more = 0) {
    const [field, end, start] = [this.area, this.area.selectionStart, this.area.selectionStart - this.typed().length];
    this.close();
    field.setSelectionRange(start, end + more);
    if (!document.execCommand("insertText", false, words)) field.setRangeText(words, start, end + more, "end");
  }

  say(text) {
    document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
  }
}
