/* The "go to" dialog: Ctrl/Cmd+K or "/" opens it, htmx fills it with links and actions while typing, arrows
   walk through them. No key is taken while something is being written, so an editor keeps its own. */

const dialog = () => document.querySelector("[data-go-to-dialog]");
const results = () => [...dialog().querySelectorAll("#go-to-results :is(a[href], button)")];

function isWriting(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");
}

function open() {
  const box = dialog();
  if (!box || box.open) return;
  box.showModal();
  const input = box.querySelector("input");
  input.select();
  input.focus();
  // What was seen last, and what can be done: there before a letter is typed.
  if (!input.value.trim()) input.form.dispatchEvent(new CustomEvent("palette"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.shiftKey || isWriting(event.target)) return;
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  open();
});

document.addEventListener("open-go-to", open);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-go-to]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open();
  } else if (event.target === dialog()) {
    dialog().close();
  }
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-go-to-dialog]");
  if (!box || event.isComposing) return;
  const links = results();
  const here = links.indexOf(document.activeElement);
  if (event.key === "ArrowDown" && links.length) {
    event.preventDefault();
    links[Math.min(here + 1, links.length - 1)].focus();
  } else if (event.key === "ArrowUp" && here >= 0) {
    event.preventDefault();
    (links[here - 1] ?? box.querySelector("input")).focus();
  } else if (event.key === "Enter" && event.target.matches("input") && event.target.value.trim() && links.length && box.dataset.shown === event.target.value.trim()) {
    event.preventDefault();
    links[0].click();
  }
});

// Enter opens the first result only if the results belong to what stands in the field now.
document.addEventListener("htmx:config:request", (event) => {
  const box = event.target.closest?.("[data-go-to-dialog]");
  if (box) box.dataset.asked = box.querySelector("input").value.trim();
});

document.addEventListener("htmx:after:settle", (event) => {
  if (event.target.id !== "go-to-results") return;
  const box = dialog();
  box.dataset.shown = box.dataset.asked ?? "";
  if (!box.dataset.shown) return;
  const found = box.querySelectorAll("#go-to-results a.result:not(.result--action, .result--create)").length;
  const text = found === 1 ? "1 match" : `${found} matches`;
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
});
