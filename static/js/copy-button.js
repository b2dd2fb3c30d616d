/* <copy-button data-text="…"> around a button: copies the text and says so on the button. */

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => this.copy());
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async copy() {
    const label = this.querySelector("span") ?? this.querySelector("button");
    this.label ??= label.textContent;
    let text = "Copied";
    try {
      await navigator.clipboard.writeText(this.dataset.text);
    } catch {
      text = "Could not copy";
    }
    label.textContent = text;
    document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { label.textContent = this.label; }, 2000);
  }
}

customElements.define("copy-button", CopyButton);
