/* Typing [[ in textarea[data-editor="markdown"] offers topics below the caret. The list comes from the
   textarea's own data-source or from the first <combo-box> of its form. Enter or Tab takes the topic; | takes it
   and goes on with other words for it, as in [[Tosca|the opera]]. A name that no topic has can be made one at once,
   by the list's last entry, or written as it is: after saving, the text offers to create it. */

import { CaretList } from "./caret-list.js";

const opening = /\[\[([^[\]|\n]{1,100})$/;

class WikiLinks extends CaretList {
  constructor() {
    super("wiki-links", "Topics to link to");
    document.addEventListener("selectionchange", () => {
      if (this.list && document.activeElement === this.area && this.typed() === undefined) this.close();
    });
  }

  field(target) {
    const field = target.closest?.('textarea[data-editor="markdown"]');
    return field && this.source(field) ? field : null;
  }

  source(field) {
    return field.dataset.source ?? field.form?.querySelector("combo-box")?.dataset.source;
  }

  typed() {
    const name = this.before(opening)?.[1];
    return name?.trim() ? name : undefined;
  }

  told(found) {
    const count = found.filter((option) => !("create" in option.dataset)).length;
    return count === 1 ? "1 topic to link to" : count ? `${count} topics to link to` : "No topic of this name yet. Enter creates it.";
  }

  /* What is on its way is taken when it is there. */
  stale(key) {
    this.wanted = key;
    return true;
  }

  pressed(event) {
    if (event.key !== "|") return super.pressed(event);
    if (!this.active || "create" in this.active.dataset) return false;
    return this.isFresh ? (this.take(this.active, "|"), true) : this.stale("|");
  }

  take(option, key) {
    const isNew = key === "|" && "create" in option.dataset; // its other words are written by hand
    if (!isNew) return this.choose(option, key === "|");
    this.close();
    return document.execCommand("insertText", false, "|");
  }

  /* `open` leaves the link open for other words behind a bar. */
  choose(option, open = false) {
    const [field, { label, create }] = [this.area, option.dataset];
    const isClosed = field.value.slice(field.selectionStart, field.selectionStart + 2) === "]]";
    this.put(`${label}${open ? "|" : ""}]]`, isClosed ? 2 : 0);
    if (open) field.setSelectionRange(field.selectionEnd - 2, field.selectionEnd - 2);
    if (create !== undefined) this.create(field, label);
  }

  /* Makes the topic while the writing goes on; the link is right either way. */
  async create(field, name) {
    const url = this.source(field).replace(/\/references.*$/, "/topics/new");
    const failed = `“${name}” was not created; the text will offer it again`;
    try {
      const answer = await fetch(url, {
        method: "POST", body: new URLSearchParams({ name }), headers: { Accept: "text/html", "HX-Request": "true", "HX-Request-Type": "partial" },
      });
      this.say(answer.headers.has("HX-Redirect") ? `Created the topic “${name}”` : failed);
    } catch {
      this.say(failed);
    }
  }
}

new WikiLinks();
