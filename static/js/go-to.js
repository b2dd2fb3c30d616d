/* The "go to" dialog: "/" or Ctrl/Cmd+K opens it, htmx fills it with links while typing, arrows walk
   through them. Neither key is taken while something is being written, so an editor keeps its own. */

const dialog = () => document.querySelector("[data-go-to-dialog]");
const results = () => [...dialog().querySelectorAll("#go-to-results a[href]")];

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
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || isWriting(event.target)) return;
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey;
  const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (!slash && !k) return;
  event.preventDefault();
  open();
});

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
  } else if (event.key === "Enter" && event.target.matches("input") && links.length && box.dataset.shown === event.target.value.trim()) {
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
  const found = results().length;
  const text = found === 1 ? "1 match" : `${found} matches`;
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
});
