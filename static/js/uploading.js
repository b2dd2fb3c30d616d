/* <upload-queue data-url data-limit data-refreshes>: files that are chosen, dropped anywhere on the page or pasted are sent from here, at
   most three at once, each with its progress, and can be cancelled and sent again. What came in is shown by fetching the part of the page
   anew, once for several files, and only when nobody is writing or playing something there. Says "upload:done" for each file.
   choosing.js brings the files. */

const parallel = 3;
const patience = [1500, 2500, 4000, 6000, 8000, 12000, 16000, 20000];
const words = {
  401: "You are no longer signed in. Sign in again in another tab, then send it again.",
  403: "You may not add files here.",
  404: "This topic is not there any more.",
  413: "It is too large.",
  503: "The store of files does not answer at the moment. Send it again in a while.",
};

function size(bytes) {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
}

function say(text) {
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

function make(name, className = "", text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function button(text, label, act) {
  const element = make("button", "button button--quiet button--small", text);
  element.type = "button";
  element.setAttribute("aria-label", label);
  element.addEventListener("click", act);
  return element;
}

class Upload {
  constructor(queue, file, options) {
    Object.assign(this, { queue, file, options, state: "waiting", tries: 0 });
    this.name = file.name || "Pasted picture";
    this.row = make("li", "upload-item");
    this.said = make("span", "upload-item__state");
    const text = make("span", "upload-item__name", `${this.name} `);
    text.append(this.said);
    this.bar = make("progress");
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", `Sending ${this.name}`);
    this.tools = make("span", "upload-item__tools");
    this.row.append(text, this.tools, this.bar);
  }

  tell(state, text) {
    this.state = state;
    this.said.textContent = text;
    this.row.classList.toggle("upload-item--failed", state === "failed");
    this.bar.hidden = state !== "sending";
    const again = button("Send again", `Send again: ${this.name}`, () => this.again());
    const drop = state === "failed" ? button("Leave out", `Leave out ${this.name}`, () => this.leave())
      : button("Cancel", `Cancel ${this.name}`, () => this.leave());
    const had = this.tools.contains(document.activeElement);
    this.tools.replaceChildren(...(state === "failed" && !this.isFinal ? [again] : []), drop);
    if (had) this.tools.firstElementChild.focus();
  }

  again() {
    this.tell("waiting", "waits");
    this.queue.next();
  }

  leave() {
    const was = this.state;
    this.state = "left";
    this.request?.abort();
    if (was === "sending") say(`${this.name} is not sent.`);
    this.queue.forget(this);
  }

  refuse(text, isFinal = true) {
    this.isFinal = isFinal;
    this.tell("failed", text);
    say(`${this.name}: ${text}`);
    this.queue.next();
  }

  send() {
    this.tell("sending", `${size(this.file.size)}, 0 %`);
    this.bar.removeAttribute("value");
    const form = new FormData();
    // What the file is to be kept under comes before its bytes, so that the server knows it when they come.
    for (const [name, value] of Object.entries(this.options)) form.append(name, value);
    form.append("file", this.file, this.name);
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", this.queue.dataset.url);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (this.state !== "sending" || !event.lengthComputable) return;
      this.bar.value = event.loaded / event.total;
      const part = Math.floor(100 * event.loaded / event.total);
      this.said.textContent = part < 100 ? `${size(this.file.size)}, ${part} %` : "is being kept";
    });
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.refuse("The server cannot be reached.", false));
    request.send(form);
  }

  answered(request) {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch { /* not ours: a proxy's own page */ }
    if (Array.isArray(answer.files)) [answer] = answer.files;
    if (request.status < 300 && answer?.id) {
      this.state = "done";
      this.queue.forget(this, answer);
      return;
    }
    const again = request.status >= 500 || request.status === 401 || request.status === 429 || request.status === 0;
    this.refuse(answer?.problem ?? words[request.status] ?? answer?.detail ?? "The server did not keep it.", !again);
  }
}

class UploadQueue extends HTMLElement {
  connectedCallback() {
    if (this.items) return;
    this.items = [];
    this.done = 0;
    this.limit = Number(this.dataset.limit);
    const head = make("div", "uploads__head");
    this.heading = make("h2");
    this.heading.tabIndex = -1;
    this.all = button("Cancel all", "Cancel all files that are not sent yet", () => { for (const item of [...this.items]) item.leave(); });
    head.append(this.heading, this.all);
    this.list = make("ul", "uploads__list");
    this.list.setAttribute("aria-label", "Files on their way");
    this.append(head, this.list);
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Uploads");
    if (this.block()?.hasAttribute("data-waiting")) this.watch();
  }

  block() {
    return document.getElementById(this.dataset.refreshes);
  }

  get sending() {
    return this.items.filter((item) => item.state === "sending" || item.state === "waiting");
  }

  add(files, options = {}) {
    const items = [...files].map((file) => new Upload(this, file, options));
    if (!items.length) return;
    this.items.push(...items);
    this.list.append(...items.map((item) => item.row));
    for (const item of items) {
      item.tell("waiting", `${size(item.file.size)}, waits`);
      if (this.limit && item.file.size > this.limit) {
        item.refuse(`It is ${size(item.file.size)}; at most ${size(this.limit)} can be sent.`);
      }
    }
    const count = items.filter((item) => item.state === "waiting").length;
    if (count) say(count === 1 ? `${items[0].name} is being sent.` : `${count} files are being sent.`);
    this.next();
  }

  next() {
    const busy = this.items.filter((item) => item.state === "sending").length;
    for (const item of this.items.filter((each) => each.state === "waiting").slice(0, parallel - busy)) item.send();
    this.tell();
  }

  tell() {
    const { length } = this.sending;
    const failed = this.items.length - length;
    this.heading.textContent = length ? (length === 1 ? "One file is on its way" : `${length} files are on their way`)
      : failed ? (failed === 1 ? "One file was not sent" : `${failed} files were not sent`) : "What do they show?";
    this.all.hidden = length < 2;
    this.list.hidden = !this.items.length;
    const isOver = !this.items.length && !this.querySelector(".describe");
    const had = this.contains(document.activeElement);
    this.hidden = isOver;
    if (isOver && had) document.querySelector(".add-bar a")?.focus({ preventScroll: true });
  }

  forget(item, answer) {
    const had = item.row.contains(document.activeElement);
    this.items = this.items.filter((each) => each !== item);
    item.row.remove();
    if (had) (this.list.querySelector("button") ?? this.heading).focus();
    if (answer) {
      this.done += 1;
      this.dispatchEvent(new CustomEvent("upload:done", { bubbles: true, detail: { file: item.file, name: item.name, answer } }));
    }
    this.next();
    if (!this.sending.length && this.done) {
      say(this.done === 1 ? "The file is in." : `${this.done} files are in.`);
      this.done = 0;
    }
    if (answer) this.refreshSoon();
  }

  // Once for what comes in together, and at once for the last.
  refreshSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), this.sending.length ? 2500 : 50);
  }

  async refresh() {
    const block = this.block();
    if (!block) return;
    if (isInUse(block)) return this.refreshLater();
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": `section#${block.id}`, Accept: "text/html" };
    const answer = await fetch(location.pathname + location.search, { headers, cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) return undefined;
    const text = await answer.text();
    // Somebody may have begun something there meanwhile.
    if (block !== this.block() || isInUse(block)) return this.refreshLater();
    const giveBack = within(block);
    await window.htmx.swap({ sourceElement: block, target: block, swap: "outerHTML", text });
    giveBack?.();
    if (this.block()?.hasAttribute("data-waiting")) this.watch();
    return undefined;
  }

  refreshLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), 1500);
  }

  // Smaller pictures are made behind the scenes: look again for a while, less and less often.
  watch() {
    if (this.watching) return;
    const look = (turn) => {
      if (turn >= patience.length || !this.block()?.hasAttribute("data-waiting")) {
        this.watching = false;
        return;
      }
      setTimeout(async () => {
        if (!this.sending.length && !document.hidden) await this.refresh();
        look(turn + 1);
      }, patience[turn]);
    };
    this.watching = true;
    look(0);
  }
}

/* Whether a part of the page must not be swapped now: somebody writes, drags, looks or listens there, or an answer for it is on its way. */
function isInUse(block) {
  const playing = [...block.querySelectorAll("audio, video")].some((medium) => !medium.paused);
  const waiting = block.matches("[aria-busy]") || block.querySelector("[aria-busy]");
  return playing || waiting || block.querySelector("form[data-inline], iframe") || document.querySelector("dialog[open], [data-dragged]");
}

/* Gives back the focus to what had it in a part of the page that is swapped by itself. */
function within(block) {
  const focused = document.activeElement;
  if (!block.contains(focused)) return null;
  const home = focused.closest("[id]");
  const index = [...home.querySelectorAll("a, button")].indexOf(focused);
  return () => document.getElementById(home.id)?.querySelectorAll("a, button")[index]?.focus({ preventScroll: true });
}

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("upload-queue")?.sending.length) event.preventDefault();
});

customElements.define("upload-queue", UploadQueue);
