/* <flash-message>: says itself, stays at least ten seconds (longer with an Undo or an error), waits
   while the pointer or the focus is on it and while nobody sees the page, and closes by its button.
   Outside of fields Ctrl or Cmd+Z presses the Undo of the newest. F6 goes to the newest from anywhere,
   F6 or Escape back to where one was. Without scripts it stays. */

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
    for (const name of ["pointerleave", "focusout"]) this.firstElementChild.addEventListener(name, () => setTimeout(() => this.resume()));
    this.onVisibility = () => (document.hidden ? this.pause() : this.resume());
    document.addEventListener("visibilitychange", this.onVisibility);
    this.resume();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisibility);
  }

  get isAttended() {
    return document.hidden || this.firstElementChild.matches(":hover, :focus-within");
  }

  resume() {
    if (!this.isConnected || this.isAttended) return;
    clearTimeout(this.timer);
    this.since = Date.now();
    this.timer = setTimeout(() => this.remove(), this.left);
  }

  pause() {
    clearTimeout(this.timer);
    if (this.since) this.left = Math.max(3000, this.left - (Date.now() - this.since));
    this.since = 0;
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

let before = null;

document.addEventListener("keydown", (event) => {
  const inside = document.activeElement?.closest?.("flash-message");
  const leaves = inside && (event.key === "F6" || event.key === "Escape");
  if (!leaves && event.key !== "F6") return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.defaultPrevented) return;
  const newest = [...document.querySelectorAll("flash-message")].at(-1)?.querySelector(".flash__undo, a, [data-close]");
  const goal = leaves ? (before?.isConnected ? before : document.getElementById("main")) : newest;
  if (!goal) return;
  event.preventDefault();
  if (!leaves) before = document.activeElement;
  goal.focus({ preventScroll: leaves });
});

customElements.define("flash-message", FlashMessage);
