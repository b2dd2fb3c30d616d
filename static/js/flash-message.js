/* <flash-message>: says itself, stays at least ten seconds (longer with an Undo or an error), waits
   while the pointer or the focus is on it, and closes by its button. Outside of fields Ctrl or Cmd+Z
   presses the Undo of the newest. Without scripts it stays. */

const stay = { plain: 10000, undo: 20000 };

class FlashMessage extends HTMLElement {
  connectedCallback() {
    if (this.dataset.live) return;
    this.dataset.live = "1";
    // Two are enough to read; older deeds can be taken back in the trash and the history.
    const older = [...this.parentElement.querySelectorAll("flash-message")].filter((other) => other !== this);
    for (const other of older.slice(0, -1)) other.remove();
    const text = this.querySelector("p")?.textContent.trim() ?? "";
    const undo = this.querySelector(".flash__undo");
    document.dispatchEvent(new CustomEvent("announce", { detail: { text: undo ? `${text} Control Z takes it back.` : text } }));
    this.left = undo ? stay.undo : stay.plain;
    this.querySelector("[data-close]")?.addEventListener("click", () => this.close());
    // An error waits to be read.
    if (this.querySelector(".flash--error")) return;
    for (const name of ["pointerenter", "focusin"]) this.firstElementChild.addEventListener(name, () => this.pause());
    for (const name of ["pointerleave", "focusout"]) this.firstElementChild.addEventListener(name, () => this.resume());
    this.resume();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  resume() {
    clearTimeout(this.timer);
    this.since = Date.now();
    this.timer = setTimeout(() => this.remove(), this.left);
  }

  pause() {
    clearTimeout(this.timer);
    this.left = Math.max(3000, this.left - (Date.now() - this.since));
  }

  close() {
    const inside = this.contains(document.activeElement);
    this.remove();
    if (inside) document.getElementById("main")?.focus({ preventScroll: true });
  }
}

document.addEventListener("keydown", (event) => {
  const undoes = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!undoes || event.defaultPrevented || event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const button = [...document.querySelectorAll(".flash__undo")].at(-1);
  if (!button) return;
  event.preventDefault();
  button.click();
});

customElements.define("flash-message", FlashMessage);
