/* <writing-status> in the form of a text: says whether what stands in the field is saved, and keeps a draft of it, at once in
   this browser and two seconds later on the server. What it says is always true; what changes is told to screen readers.
   data-person, -map and -place name the draft; the place is the form's address and which opening of the form this is, so that
   two windows never write over each other. On the form it sets data-kept while the words are safe somewhere, which editing.js
   reads before it warns of leaving. */

const afterTyping = 2000;
const longestWait = 10000;
const keepalive = 60000; // bytes that a browser goes on sending for a page that is gone

// A browser may be told to keep nothing: then every use of its storage fails.
const storage = {
  keys: (start) => attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(start))) ?? [],
  read: (key) => attempt(() => JSON.parse(localStorage.getItem(key))) ?? null,
  write: (key, record) => attempt(() => { localStorage.setItem(key, JSON.stringify(record)); return true; }) ?? false,
  remove: (key) => attempt(() => localStorage.removeItem(key)),
};

function attempt(deed) {
  try {
    return deed();
  } catch {
    return undefined;
  }
}

const text = (words) => document.createTextNode(words);

class WritingStatus extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.area = this.form?.querySelector('textarea[name="text"]');
    if (!this.area || this.key) return;
    const { person, map, place } = this.dataset;
    this.key = `draft:${person}:${map}:${place}`;
    this.saved = this.area.defaultValue;
    this.confirmed = "taken" in this.dataset ? this.saved : undefined;
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.area.addEventListener("input", () => this.changed(), { signal });
    this.area.addEventListener("blur", () => this.flush(), { signal });
    document.addEventListener("visibilitychange", () => this.seen(), { signal });
    window.addEventListener("pagehide", () => this.flush(), { signal });
    this.form.addEventListener("form:leaving", () => this.keepHere(), { signal });
    window.addEventListener("online", () => this.keepThere(), { signal });
    document.addEventListener("htmx:before:request", (event) => this.sending(event), { signal });
    document.addEventListener("htmx:after:request", (event) => this.arrived(event), { signal });
    document.addEventListener("htmx:finally:request", (event) => this.answered(event), { signal });
    this.form.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.resume();
    // Typed before this was loaded, or put back by the browser.
    if (this.area.value !== this.saved) this.changed();
  }

  disconnectedCallback() {
    if (!this.key) return;
    this.flush();
    if (this.isTouched && this.isChanged && this.form.dataset.kept) this.tell("A draft of what you wrote is kept.");
    this.stop.abort();
    clearTimeout(this.near);
    clearTimeout(this.far);
  }

  get isChanged() {
    return !this.done && (this.area.value !== this.saved || "unsaved" in this.form.dataset);
  }

  changed() {
    this.isTouched = true;
    if (!this.isChanged) return this.forget();
    if (this.state !== "failed") this.say("unsaved", "Not saved yet");
    delete this.form.dataset.kept;
    clearTimeout(this.near);
    this.near = setTimeout(() => this.keepHere(), 300);
    this.since ??= Date.now();
    clearTimeout(this.far);
    this.far = setTimeout(() => this.keepThere(), Math.max(0, Math.min(afterTyping, longestWait - (Date.now() - this.since))));
    return undefined;
  }

  flush() {
    if (!this.isTouched || !this.isChanged || this.confirmed === this.area.value || this.isSending) return;
    this.keepHere();
    this.keepThere();
  }

  seen() {
    if (document.visibilityState === "hidden") this.flush();
    else if (this.state === "failed") this.keepThere();
  }

  /* In this browser: survives the browser, is gone with signing out. */
  keepHere() {
    if (!this.isChanged) return;
    clearTimeout(this.near);
    const source = this.area.value;
    const record = { source, expected: this.value("expected"), pass: this.value("pass"), at: Date.now(), confirmed: this.confirmed === source };
    if (storage.write(this.key, record)) {
      this.form.dataset.kept = "here";
      this.here = source;
    } else if (this.confirmed !== source) {
      // Full or forbidden: the server's draft has to do.
      delete this.form.dataset.kept;
    }
  }

  /* On the server. */
  async keepThere() {
    clearTimeout(this.far);
    if (!this.isChanged || this.isSending || this.confirmed === this.area.value) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    const source = this.area.value;
    this.busy = true;
    this.since = undefined;
    const failure = await this.post({ place: this.dataset.place, source, expected: this.value("expected"), pass: this.value("pass") });
    this.busy = false;
    if (this.done) return;
    if (!failure) this.kept(source);
    else this.failed(failure);
    if (this.again) {
      this.again = false;
      this.changed();
    }
  }

  async post(fields) {
    const body = new URLSearchParams(fields);
    try {
      const answer = await fetch(this.dataset.drafts, {
        method: "POST", body, headers: { Accept: "application/json" }, keepalive: body.toString().length < keepalive,
      });
      if (answer.ok) return null;
      const told = await answer.json().catch(() => ({}));
      return { status: answer.status, words: told.detail };
    } catch {
      return { status: 0 };
    }
  }

  kept(source) {
    this.confirmed = source;
    this.tries = 0;
    if (source !== this.area.value) return;
    this.keepHere();
    this.form.dataset.kept = "there";
    const at = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(new Date());
    this.say("draft", `Draft kept ${at}`, "Draft kept");
  }

  failed({ status, words }) {
    this.keepHere();
    const reason = status === 401 ? "you are signed out" : status === 0 ? "the server cannot be reached"
      : status >= 500 ? "the server is in trouble" : (words ?? "the server refuses it");
    const where = status === 401 ? " What you write is kept until you are back." : this.here === this.area.value ? " It is kept in this browser." : " Copy your text before you leave.";
    this.say("failed", `Not saved: ${reason.replace(/\.$/, "")}.${where}`);
    if (status === 401) this.offerSignIn();
    if (status === 0 || status >= 500) {
      this.tries = (this.tries ?? 0) + 1;
      this.far = setTimeout(() => this.keepThere(), Math.min(60000, 3000 * 2 ** this.tries));
    }
  }

  offerSignIn() {
    const link = Object.assign(document.createElement("a"), { href: "/sign-in?next=/drafts", target: "_blank", textContent: "Sign in in another tab" });
    this.append(text(" "), link);
  }

  forget() {
    clearTimeout(this.near);
    clearTimeout(this.far);
    storage.remove(this.key);
    delete this.form.dataset.kept;
    if (this.confirmed !== undefined) this.throwAway(this.dataset.place);
    this.confirmed = undefined;
    this.say("saved", this.value("expected") ? "Saved" : "Nothing written yet");
  }

  throwAway(place) {
    const body = new URLSearchParams({ map: this.dataset.map, place });
    fetch("/drafts/removal", { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => {});
  }

  /* Saving: by htmx, or by the browser itself, which then shows another page. */
  sending(event) {
    if (event.detail.ctx?.sourceElement !== this.form) return;
    this.isSending = true;
    this.keepHere();
    clearTimeout(this.far);
    this.say("saving", "Saving…");
  }

  /* Before the answer is shown: where it brings a field for the next text, this one is no forgotten draft of that. */
  arrived(event) {
    const { ctx } = event.detail;
    const status = ctx?.response?.status ?? 0;
    if (ctx?.sourceElement !== this.form || status < 200 || status >= 300) return;
    this.done = true;
    storage.remove(this.key);
  }

  answered(event) {
    const { ctx } = event.detail;
    if (ctx?.sourceElement !== this.form) return;
    this.isSending = false;
    const status = ctx.response?.status ?? 0;
    if (status >= 200 && status < 300) {
      this.done = true;
      storage.remove(this.key);
    } else if (status !== 409 && status !== 422) {
      this.failed({ status, words: status === 403 ? "you may not change this map, or somebody else is signed in" : status === 404 ? "this is not there any more" : undefined });
      this.flush();
    }
  }

  submitted(event) {
    if (event.defaultPrevented || this.form.hasAttribute("hx-post") || event.submitter?.name === "preview") return;
    this.keepHere();
    this.isSending = true;
    this.say("saving", "Saving…");
    // Where that cannot be noted, the draft is offered once more and found to be what is saved.
    attempt(() => sessionStorage.setItem("draft-sent", this.key));
  }

  /* What this browser kept and the server does not know goes there first; then the form offers it like any other draft. */
  async resume() {
    const address = this.key.split("#")[0];
    let isNew = false;
    for (const key of storage.keys(`${address}#`)) {
      const record = storage.read(key);
      if (key === this.key) this.takeUp(record);
      else if (!record || record.confirmed || record.source === this.saved) storage.remove(key);
      else if (!(await this.post({ ...record, place: key.slice(address.length - this.dataset.place.split("#")[0].length) }))) {
        storage.write(key, { ...record, confirmed: true });
        isNew = true;
      }
    }
    const list = this.form.querySelector(".drafts");
    if (isNew && list && this.isConnected) {
      window.htmx?.ajax("GET", this.dataset.form, { target: list, swap: "outerHTML", source: list });
    }
  }

  /* The draft that the form was opened with, where this browser has a later state of it. A form that came back refused is not touched. */
  takeUp(record) {
    if (!("taken" in this.dataset) || !record || record.confirmed || record.source === this.area.value || record.at < Date.parse(this.dataset.taken)) return;
    this.area.value = record.source;
    this.changed();
  }

  value(name) {
    return this.form.querySelector(`input[name="${name}"]`)?.value ?? "";
  }

  say(state, words, announced = words) {
    const changed = this.dataset.state !== state || (state === "failed" && this.textContent !== words);
    this.state = state;
    this.dataset.state = state;
    this.replaceChildren(text(words));
    if (changed && (state === "failed" || state === "draft")) this.tell(announced);
  }

  tell(words) {
    document.dispatchEvent(new CustomEvent("announce", { detail: { text: words } }));
  }
}

customElements.define("writing-status", WritingStatus);
