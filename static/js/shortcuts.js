/* Keys without a modifier: "/" and "?", and two one after the other such as "g t". They never fire while
   somebody writes or a dialog is open, and the cookie "shortcuts=off" turns them all off (WCAG 2.1.4).
   Where keys lead, the server knows: its list of shortcuts is fetched once, at the first key that needs it. */

const patience = 1500;
let first = "";
let timer = 0;
let list = null;

const areOff = () => /(?:^|;\s*)shortcuts=off(?:;|$)/.test(document.cookie);
const address = () => document.querySelector("[data-go-to-dialog]")?.dataset.shortcuts;

function isWriting(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable], [role=application]");
}

function fetched() {
  list ??= fetch(address(), { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
    .catch(() => { list = null; return ""; });
  return list;
}

async function show() {
  let box = document.getElementById("shortcuts");
  if (!box) {
    box = document.createElement("dialog");
    box.id = "shortcuts";
    box.className = "dialog dialog--shortcuts";
    box.setAttribute("aria-label", "Keyboard shortcuts");
    document.body.append(box);
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  }
  const markup = await fetched();
  if (!markup) { location.assign(address()); return; }
  // The server's own fragment, escaped there; parsing it runs no script.
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  const head = Object.assign(document.createElement("form"), { method: "dialog", className: "dialog__head" });
  const title = Object.assign(document.createElement("p"), { className: "dialog__title", textContent: "Keyboard shortcuts" });
  const close = Object.assign(document.createElement("button"), { className: "button button--small", textContent: "Close" });
  head.append(title, close);
  box.replaceChildren(head, ...parsed.body.childNodes);
  if (!box.open) box.showModal();
}

async function follow(keys) {
  const parsed = new DOMParser().parseFromString(await fetched(), "text/html");
  const link = [...parsed.querySelectorAll("a[data-keys]")].find((each) => each.dataset.keys === keys);
  if (link) location.assign(link.getAttribute("href"));
}

function forget() {
  first = "";
  clearTimeout(timer);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.isComposing || event.repeat) return;
  if (event.key === "Shift" || isWriting(event.target) || document.querySelector("dialog[open]") || areOff() || !address()) return;
  const key = event.key;
  if (first) {
    const keys = `${first} ${key}`;
    forget();
    if (/^[a-z]$/.test(key)) { event.preventDefault(); follow(keys); }
  } else if (key === "g" || key === "n") {
    first = key;
    timer = setTimeout(forget, patience);
    fetched();
  } else if (key === "?") {
    event.preventDefault();
    show();
  } else if (key === "/") {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("open-go-to"));
  }
});
