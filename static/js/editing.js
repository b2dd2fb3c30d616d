/* Forms: Escape leaves an inline form by its cancel link (twice when something was typed),
   Ctrl or Cmd+Enter saves, a form is sent once, and leaving the page with unsaved text asks first.
   Wanted on the form: data-inline for Escape, data-warn for the question on leaving. */

const dirty = new Set();
const sending = new WeakSet();

function isDirty(form) {
  return [...form.elements].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") {
      return [...field.options].some((option) => option.selected !== option.defaultSelected)
        && [...field.options].some((option) => option.defaultSelected);
    }
    return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  });
}

function warnBeforeDiscarding(form) {
  const text = "Not saved yet. Press Escape again to throw your changes away.";
  form.dataset.discard = "1";
  let status = form.querySelector(".form__status");
  if (!status) {
    status = document.createElement("p");
    status.className = "form__status";
    form.append(status);
  }
  status.textContent = text;
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

function leave(form) {
  const cancel = form.querySelector("[data-cancel]");
  if (!cancel) return;
  if (isDirty(form) && !form.dataset.discard) return warnBeforeDiscarding(form);
  dirty.delete(form);
  cancel.click();
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form");
  if (!form || event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape" && form.hasAttribute("data-inline")) {
    event.preventDefault();
    leave(form);
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.button--primary") ?? undefined);
  }
});

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form");
  if (!form) return;
  if (form.dataset.discard) {
    delete form.dataset.discard;
    form.querySelector(".form__status")?.remove();
  }
  if (form.hasAttribute("data-warn")) (isDirty(form) ? dirty.add(form) : dirty.delete(form));
});

// Capturing, so that it sees a second press before htmx does.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get") return;
  if (sending.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  sending.add(form);
  dirty.delete(form);
  // A download or a validation handled elsewhere leaves the page standing; let it be sent again.
  setTimeout(() => sending.delete(form), 10000);
}, { capture: true });

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.detail.ctx?.sourceElement;
  if (!(form instanceof HTMLFormElement)) return;
  sending.delete(form);
  if (form.isConnected && form.hasAttribute("data-warn") && isDirty(form)) dirty.add(form);
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) sending.delete(form);
});

window.addEventListener("beforeunload", (event) => {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (dirty.size) event.preventDefault();
});
