/* The "go to" dialog: Ctrl/Cmd+K or "/" opens it, htmx fills it with links and actions while typing, arrows
   walk through them. No key is taken while something is being written, so an editor keeps its own. */

const LONGEST_WAIT = 3000;
let patience = 0;
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
  delete box.dataset.waiting;
  // What was seen last, and what can be done: there before a letter is typed, as soon as htmx listens. It begins to in a timer of its own,
  // set before this one: a key that comes in between would ask nobody.
  const offer = () => setTimeout(() => !input.value.trim() && input.form.dispatchEvent(new CustomEvent("palette")));
  if (document.readyState === "complete") offer();
  else window.addEventListener("load", offer, { once: true });
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
  } else if (event.key === "Enter" && event.target.matches("input") && event.target.value.trim()) {
    if (links.length && box.dataset.shown === event.target.value.trim()) {
      event.preventDefault();
      links[0].click();
    } else if (box.dataset.waiting !== event.target.value.trim()) {
      // What belongs to the field is on its way: it is opened when it is there, or asked for as a page where it does not come.
      event.preventDefault();
      box.dataset.waiting = event.target.value.trim();
      clearTimeout(patience);
      patience = setTimeout(() => box.dataset.waiting && event.target.form.submit(), LONGEST_WAIT);
    }
  }
});

// Enter opens the first result only if the results belong to what stands in the field now.
document.addEventListener("htmx:config:request", (event) => {
  if (event.target.matches?.("[data-go-to-dialog] form")) dialog().dataset.asked = event.target.querySelector("input").value.trim();
});

document.addEventListener("htmx:after:settle", (event) => {
  const isFurther = event.target.id === "go-to-further";
  if (!isFurther && event.target.id !== "go-to-results") return;
  const box = dialog();
  const found = box.querySelectorAll("#go-to-results a.result:not(.result--action, .result--create)").length;
  const isPart = !isFurther && box.querySelector("#go-to-further") !== null;
  // Who went into the list of a letter ago is in the one of now.
  if (box.open && !isFurther && !box.querySelector(":focus")) (results()[0] ?? box.querySelector("input")).focus();
  // Where nothing is found so far, Enter waits for what comes further.
  box.dataset.shown = isPart && !found ? "" : (box.dataset.asked ?? "");
  if (!box.dataset.shown) return;
  if (box.open && box.dataset.waiting === box.dataset.shown) {
    clearTimeout(patience);
    delete box.dataset.waiting;
    if (results().length) results()[0].click();
    else box.querySelector("form").submit();
    return;
  }
  const text = found === 1 ? "1 match" : `${found} matches`;
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
});
