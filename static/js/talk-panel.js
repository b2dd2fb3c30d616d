/* <talk-panel>: comments on one thing, beside the page of its topic. A link with data-talk, the number of what it is about, fetches
   them; Escape or the button in it closes the panel and gives the focus back. The marks beside the things follow what is said. */

class TalkPanel extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("click", (event) => this.noteOpener(event), { signal, capture: true });
    this.addEventListener("click", (event) => { if (event.target.closest("[data-close-talk]")) this.close(); }, { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    document.addEventListener("htmx:after:swap", () => this.filled(), { signal });
    document.addEventListener("live:comments", (event) => this.followed(event), { signal });
    this.line = document.getElementById("topic-talk");
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get content() {
    return this.querySelector("#talk-about");
  }

  noteOpener(event) {
    const link = event.target.closest?.("[data-talk]");
    if (link) this.opener = link.dataset.talk;
  }

  filled() {
    this.renewAll();
    const { content } = this;
    if (!content?.dataset.about || this.shown === content) return;
    this.shown = content;
    this.hidden = false;
    import("./people-names.js").catch(() => {}); // names can be written out by hand
    content.querySelector('[data-focus="always"]')?.focus(); // what is hidden takes no focus
    for (const mark of document.querySelectorAll(`[data-talk="${content.dataset.about}"]`)) this.renew(mark, Number(content.dataset.openCount));
  }

  /* The line below the page is fetched anew when somebody says something; it brings the counts of all. */
  renewAll() {
    const line = document.getElementById("topic-talk");
    if (!line?.dataset.counts || line === this.line) return;
    this.line = line;
    const counts = JSON.parse(line.dataset.counts);
    const marks = [...document.querySelectorAll("[data-talk]")];
    for (const mark of marks) this.renew(mark, counts[mark.dataset.talk] ?? 0);
    // Who may say nothing has marks only where something is said: the parts come anew with theirs.
    const marked = new Set(marks.map((mark) => mark.dataset.talk));
    const isOther = Object.keys(counts).some((on) => !marked.has(on)) || [...marked].some((on) => !counts[on]);
    if (!line.querySelector("[data-talk]") && isOther) document.dispatchEvent(new CustomEvent("live:look"));
  }

  renew(mark, count) {
    if (mark.classList.contains("talk-mark")) mark.classList.toggle("on-hover", count === 0);
    const number = mark.querySelector(".talk-mark__count");
    if (number) number.textContent = count ? String(count) : "";
    const words = count ? `${count} open ${count === 1 ? "comment" : "comments"}` : "Comment";
    mark.setAttribute("aria-label", `${words}: ${mark.dataset.called}`);
  }

  /* Somebody said something meanwhile: the threads are fetched anew, unless an answer is being written in them. */
  followed(event) {
    event.preventDefault(); // nothing else of the page is another one
    const threads = this.querySelector("#talk-threads");
    if (event.detail?.mine || this.hidden || !threads) return;
    if ([...threads.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue || area === document.activeElement)) return;
    window.htmx?.ajax("GET", threads.dataset.url, { target: threads, swap: "outerHTML", source: threads });
  }

  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || this.hidden || !this.contains(document.activeElement)) return;
    event.preventDefault();
    this.close();
  }

  /* What was typed stays in the field: opening the same thing again fetches it anew, but its draft is kept. */
  close() {
    this.hidden = true;
    const mark = document.querySelector(`[data-talk="${this.opener}"]`);
    mark?.focus();
  }
}

customElements.define("talk-panel", TalkPanel);
