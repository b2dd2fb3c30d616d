/* <scene-view data-src data-alt data-decoders>: shows a 3D scene with model-viewer. Everything it needs is ours: what unpacks compressed
   shapes and pictures is served from here, and no app of others is handed the scene's address. With data-poster-url the first view is
   sent there, to stand for the scene on its topic's page. */

const library = new URL("../vendor/model-viewer.min.js", import.meta.url).href;

class SceneView extends HTMLElement {
  async connectedCallback() {
    if (this.viewer) return;
    try {
      await import(library);
    } catch {
      this.fail("What shows scenes could not be loaded. Try again, or download the scene.");
      return;
    }
    const Viewer = customElements.get("model-viewer");
    const decoders = new URL(this.dataset.decoders, location.href).href;
    Viewer.dracoDecoderLocation = decoders;
    Viewer.ktx2TranscoderLocation = decoders;
    this.viewer = document.createElement("model-viewer");
    const attributes = {
      alt: this.dataset.alt,
      src: this.dataset.src,
      loading: "eager",
      "camera-controls": "",
      "touch-action": "pan-y",
      "interaction-prompt": "none",
      "tone-mapping": "neutral",
      ar: "",
      "ar-modes": "webxr quick-look",
    };
    for (const [name, value] of Object.entries(attributes)) this.viewer.setAttribute(name, value);
    const ar = Object.assign(document.createElement("button"), { type: "button", slot: "ar-button", className: "button player__ar", textContent: "See it in your room" });
    this.viewer.append(ar);
    this.viewer.addEventListener("load", () => this.shown(), { once: true });
    this.viewer.addEventListener("error", () => this.fail("This scene cannot be shown here. You can download it."), { once: true });
    this.append(this.viewer);
  }

  async shown() {
    this.classList.add("player__scene--shown");
    if (!this.dataset.posterUrl) return;
    let told = "poster-failed";
    try {
      await this.viewer.updateComplete;
      const picture = await this.viewer.toBlob({ mimeType: "image/png", idealAspect: false });
      const form = new FormData();
      form.append("file", picture, "poster.png");
      const answer = await fetch(this.dataset.posterUrl, { method: "POST", body: form, headers: { Accept: "application/json" } });
      if (answer.ok) told = "poster-made";
    } catch { /* a scene without a poster is shown all the same */ }
    if (window.parent !== window) window.parent.postMessage(told, location.origin);
  }

  fail(text) {
    this.viewer?.remove();
    this.classList.remove("player__scene--shown");
    const state = this.querySelector(".player__state");
    state.textContent = text;
    state.classList.add("player__state--wrong");
    if (window.parent !== window) window.parent.postMessage("poster-failed", location.origin);
  }
}

customElements.define("scene-view", SceneView);
