/* After pictures came in: what do they show? One small form at a time, below the queue; it can be skipped, for one or for all. */

const pictures = [];
let current = null;

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

async function thumbnail(file) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: 256, resizeQuality: "medium" });
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
  } catch {
    canvas.hidden = true;
  }
  return canvas;
}

function fields(picture) {
  const id = `describe-${picture.id}`;
  const input = make("textarea", { id, name: "alt", className: "input input--small", rows: 2, maxLength: 2000, dir: "auto" });
  const label = make("label", { className: "field__label", htmlFor: id, textContent: "What does it show?" });
  const name = make("p", { className: "field__hint", id: `${id}-name`, textContent: `${picture.name}. For people who do not see it: one or two sentences.` });
  input.setAttribute("aria-describedby", name.id);
  const save = make("button", { type: "submit", className: "button button--primary button--small", textContent: "Save" });
  const decoration = make("button", { type: "submit", name: "decorative", value: "1", className: "button button--small", textContent: "Only decoration" });
  const skip = make("button", { type: "button", className: "button button--quiet button--small", textContent: "Skip" });
  skip.addEventListener("click", () => next(true));
  const all = make("button", { type: "button", className: "button button--quiet button--small describe__all" });
  all.addEventListener("click", () => { pictures.length = 0; next(true); });
  const actions = make("div", { className: "actions" }, save, decoration, skip, all);
  const problem = make("p", { className: "field__error" });
  problem.setAttribute("role", "alert");
  return make("div", { className: "describe__fields" }, make("div", { className: "field" }, label, name, input), problem, actions);
}

function count() {
  const all = current?.querySelector(".describe__all");
  if (!all) return;
  all.hidden = pictures.length < 2;
  all.textContent = `Skip all ${pictures.length}`;
}

async function ask(isWanted) {
  const queue = document.querySelector("upload-queue");
  const [picture] = pictures;
  if (!queue || !picture) return;
  const form = make("form", { className: "describe", method: "post", action: picture.url });
  form.setAttribute("aria-label", `What does ${picture.name} show?`);
  form.append(await thumbnail(picture.file), fields(picture));
  form.addEventListener("submit", (event) => send(event, form));
  current?.remove();
  current = form;
  count();
  queue.append(form);
  queue.tell();
  if (isWanted) form.querySelector("textarea").focus();
}

function next(isWanted) {
  pictures.shift();
  current?.remove();
  current = null;
  const queue = document.querySelector("upload-queue");
  queue?.tell();
  if (pictures.length) ask(isWanted);
  else if (isWanted) document.querySelector(".add-bar a")?.focus();
}

async function send(event, form) {
  event.preventDefault();
  event.stopPropagation();
  const decorative = event.submitter?.name === "decorative";
  const alt = decorative ? "" : form.elements.alt.value.trim();
  if (!alt && !decorative) {
    form.elements.alt.focus();
    return;
  }
  const body = new URLSearchParams(decorative ? { alt: "", decorative: "1" } : { alt });
  const problem = form.querySelector(".field__error");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" }, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
  } catch {
    problem.textContent = "This was not saved. Try again.";
    return;
  }
  document.dispatchEvent(new CustomEvent("announce", { detail: { text: "Saved." } }));
  next(true);
  document.querySelector("upload-queue")?.refreshSoon();
}

document.addEventListener("upload:done", (event) => {
  const { file, name, answer } = event.detail;
  if (!answer.needs_alt) return;
  const base = new URL(event.target.dataset.url, location.href);
  const url = base.pathname.replace(/\/files\/new$/, `/files/${answer.id}/edit`) + base.search;
  pictures.push({ id: answer.id, name, file, url });
  if (pictures.length === 1) ask(false);
  else count();
});
