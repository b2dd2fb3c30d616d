/* <file-drop data-limit="bytes"> around a file input: takes a dropped file, and says before anything
   is sent that a file is too large, with its size and the limit. */

function size(bytes) {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
}

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    this.message = this.querySelector(".file-drop__message");
    this.input.addEventListener("change", () => this.check());
    for (const name of ["dragenter", "dragover"]) {
      this.addEventListener(name, (event) => { event.preventDefault(); this.dataset.over = ""; });
    }
    for (const name of ["dragleave", "drop"]) this.addEventListener(name, () => delete this.dataset.over);
    this.addEventListener("drop", (event) => this.dropped(event));
  }

  dropped(event) {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    this.input.files = event.dataTransfer.files;
    this.check();
  }

  check() {
    const limit = Number(this.dataset.limit);
    const large = limit ? [...this.input.files].find((file) => file.size > limit) : undefined;
    const text = large ? `“${large.name}” is ${size(large.size)}; at most ${size(limit)} can be sent.` : "";
    this.message.textContent = text;
    this.input.setCustomValidity(text);
    this.input.setAttribute("aria-invalid", String(Boolean(large)));
  }
}

customElements.define("file-drop", FileDrop);
