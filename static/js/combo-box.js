/* <combo-box data-source="/…"> around a text input: the ARIA 1.2 editable combobox with a list.
   The source answers GET ?q= with <ul role="listbox"> of <li role="option" data-value data-label>;
   an option with data-create offers to make what was typed. data-many="name" keeps several values
   as chips of that name; data-submit sends the form when an option is chosen.
   Without this script the input is a plain one and the server resolves its text. */

import { askFor } from "./options.js";

let count = 0;

class ComboBox extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input:not([type="hidden"], [type="checkbox"])');
    if (!this.input || this.list) return;
    this.idField = this.querySelector("[data-combo-id]");
    this.createField = this.querySelector("[data-combo-create]");
    this.chips = this.querySelector(".chips");
    this.listId = `combo-list-${++count}`;
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: this.listId, className: "combo__list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.label());
    this.append(this.list);
    const set = (name, value) => this.input.setAttribute(name, value);
    set("role", "combobox");
    set("aria-autocomplete", "list");
    set("aria-expanded", "false");
    set("aria-controls", this.listId);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest('[role="option"]')));
    this.addEventListener("change", (event) => this.unticked(event));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  label() {
    return this.input.labels?.[0]?.firstChild?.textContent.trim() || this.input.getAttribute("aria-label") || "Topics";
  }

  options() {
    return [...this.list.querySelectorAll('[role="option"]')];
  }

  typed() {
    if (this.idField) this.idField.value = "";
    if (this.createField) this.createField.value = "";
    clearTimeout(this.timer);
    this.wanted = this.moved = false;
    if (!this.input.value.trim()) this.close();
    else this.timer = setTimeout(() => this.fetch(), 120);
  }

  async fetch() {
    this.request?.abort();
    this.request = new AbortController();
    const asked = this.input.value.trim();
    try {
      await askFor(this.dataset.source, asked, this.request.signal, (options, isPart) => this.show(options, isPart, asked));
    } catch (error) {
      // Offline or overtaken by the next key: the plain input still works.
      if (error.name !== "AbortError") this.close();
    }
  }

  show(options, isPart, asked) {
    if (!this.isConnected || document.activeElement !== this.input) return;
    const found = options.filter((option) => !("create" in option.dataset)).length;
    // Where nothing is found so far, Enter waits for what comes further.
    this.shown = isPart && !found ? null : asked;
    const before = this.moved ? this.active?.dataset.value : undefined;
    this.list.replaceChildren(...options);
    options.forEach((option, index) => {
      option.id = `${this.listId}-${index}`;
      option.setAttribute("aria-selected", "false");
    });
    if (isPart || !options.length) {
      const none = document.createElement("li");
      none.className = "combo__empty";
      none.setAttribute("role", "presentation");
      none.textContent = isPart ? "Looking further…" : "Nothing of that name";
      this.list.append(none);
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    // Enter takes the best match; only when there is none does it offer to create.
    this.activate((before && options.find((option) => option.dataset.value === before)) || options[0]);
    if (!this.isFresh) return;
    this.say(found === 1 ? "1 match" : `${found} matches`);
    if (this.wanted) this.choose(options[0]);
    this.wanted = false;
  }

  /* Whether the list belongs to what stands in the field now, and not to what stood there a letter ago. */
  get isFresh() {
    return this.shown === this.input.value.trim();
  }

  say(text) {
    document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
  }

  activate(option) {
    for (const other of this.options()) other.setAttribute("aria-selected", String(other === option));
    this.active = option;
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  close() {
    if (!this.list) return;
    this.request?.abort();
    this.wanted = this.moved = false;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.activate(null);
  }

  pressed(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (!open) return void this.fetch();
      const options = this.options();
      const index = options.indexOf(this.active);
      this.moved = true;
      this.activate(options[(index + steps[event.key] + options.length) % options.length]);
    } else if (event.key === "Enter" && open && this.active && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      // A list of a letter ago offers something else than what was typed: what is on its way is taken when it is there.
      if (this.isFresh) this.choose(this.active);
      else this.wanted = true;
    } else if (event.key === "Escape" && open) {
      // Only the list closes; the form around it stays.
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Tab") {
      this.close();
    } else if (event.key === "Backspace" && this.chips && !this.input.value) {
      this.remove_(this.chips.lastElementChild);
    }
  }

  choose(option) {
    if (!option) return;
    const label = option.dataset.label ?? option.textContent.trim();
    if (this.dataset.many) this.add(option.dataset.value, label);
    else this.input.value = label;
    if (this.idField) this.idField.value = option.dataset.value ?? "";
    if (this.createField && "create" in option.dataset) this.createField.value = "1";
    this.close();
    this.dispatchEvent(new CustomEvent("combo:choose", { bubbles: true, detail: { value: option.dataset.value, label } }));
    if ("submit" in this.dataset) this.input.form?.requestSubmit();
  }

  add(value, label) {
    // A topic still to be made has no id yet: its name goes in the field's place.
    const known = [...this.chips.querySelectorAll("input")].some((box) => box.value === (value || label));
    if (!known) {
      const chip = document.createElement("li");
      chip.className = "chip";
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name: value ? this.dataset.many : this.input.name, value: value || label, checked: true });
      const text = Object.assign(document.createElement("span"), { textContent: label });
      const tag = document.createElement("label");
      tag.append(box, text);
      chip.append(tag);
      this.chips.append(chip);
      this.say(`${label} added`);
    }
    this.input.value = "";
    if (this.idField) this.idField.value = "";
  }

  unticked(event) {
    const box = event.target;
    if (box.type === "checkbox" && !box.checked) this.remove_(box.closest(".chip"));
  }

  remove_(chip) {
    if (!chip) return;
    this.say(`${chip.textContent.trim()} removed`);
    chip.remove();
    this.input.focus();
    this.dispatchEvent(new CustomEvent("combo:remove", { bubbles: true }));
  }
}

customElements.define("combo-box", ComboBox);
