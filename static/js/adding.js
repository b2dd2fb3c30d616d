/* The row of what may be added: a form is opened once, and the focus comes back to the row when a form is left whose part of the page
   has nothing else in it. Folded pictures stay open when their part of the page comes anew. */

function path(url) {
  return new URL(url, location.href).pathname;
}

// Before htmx asks for the same form a second time.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-adds]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const block = document.querySelector(link.getAttribute("hx-target"));
  const form = [...(block?.querySelectorAll("form") ?? [])].find((each) => path(each.action) === path(link.href));
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}, { capture: true });

document.addEventListener("htmx:after:settle", (event) => {
  const block = (event.detail.newContent ?? []).find((node) => node instanceof Element && node.classList.contains("topic__section--none"));
  if (!block) return;
  setTimeout(() => {
    const lost = !document.activeElement || document.activeElement === document.body;
    if (lost) document.querySelector(`.add-bar a[hx-target="#${block.id}"]`)?.focus();
  });
});

let kept = [];

document.addEventListener("htmx:before:swap", () => {
  kept = [...document.querySelectorAll("details[data-keep-open][open]")].map((each) => each.dataset.keepOpen);
});

document.addEventListener("htmx:after:settle", () => {
  for (const name of kept) document.querySelector(`details[data-keep-open="${name}"]`)?.setAttribute("open", "");
});
