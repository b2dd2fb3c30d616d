/* Where the focus goes after a swap:
   1. an element with autofocus in the new content (htmx does this);
   2. an element with data-focus="always" (the summary of a refused form);
   3. the element that had the focus, if one of the same id is in the new content (htmx does this);
   4. if the focus was inside what was replaced: the element with data-focus, such as the pencil
      that opened the form, or else the new content itself.
   Targets are aria-busy while their answer is on its way. */

const hadFocus = new WeakSet();
const busy = new WeakMap();

function focusOn(element) {
  if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) {
    element.setAttribute("tabindex", "-1");
  }
  element.focus({ preventScroll: false });
}

function first(nodes, selector) {
  for (const node of nodes) {
    const found = node.matches(selector) ? node : node.querySelector(selector);
    if (found) return found;
  }
  return null;
}

document.addEventListener("htmx:before:swap", (event) => {
  for (const task of event.detail.tasks ?? []) {
    const target = typeof task.target === "string" ? document.querySelector(task.target) : task.target;
    if (target?.contains(document.activeElement) && document.activeElement !== document.body) hadFocus.add(task);
  }
});

document.addEventListener("htmx:after:settle", (event) => {
  const { task, newContent } = event.detail;
  const nodes = (newContent ?? []).filter((node) => node instanceof Element);
  // htmx gives the focus to autofocus right after this event; look again when it has.
  queueMicrotask(() => {
    const demanded = first(nodes, '[data-focus="always"]');
    if (demanded) return focusOn(demanded);
    const lost = !document.activeElement || document.activeElement === document.body;
    if (!lost || !hadFocus.has(task) || !nodes.length) return undefined;
    return focusOn(first(nodes, "[data-focus]") ?? nodes[0]);
  });
});

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (!(ctx?.target instanceof Element)) return;
  // The answer may go elsewhere than where it was awaited.
  busy.set(ctx, ctx.target);
  ctx.target.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:finally:request", (event) => {
  busy.get(event.detail.ctx)?.removeAttribute("aria-busy");
});

// A page that comes back with a refused form, or after a form without scripts, shows its summary first.
document.querySelector('[data-focus="always"]')?.focus();
