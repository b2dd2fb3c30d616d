/* Forms: Escape leaves an inline form by its cancel link (twice when something was typed),
   Ctrl or Cmd+Enter and Ctrl or Cmd+S save, a form is sent once, and leaving the page with unsaved text asks first.
   Wanted on the form: data-inline for Escape, data-warn for the question on leaving; data-unsaved says that what the form came
   with is not saved either, data-kept that a draft of it is safe. What only writers of texts need is loaded when there is one. */

const dirty = new Set();
const sending = new WeakSet();

function isDirty(form) {
  return "unsaved" in form.dataset || [...form.elements].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") {
      return [...field.options].some((option) => option.selected !== option.defaultSelected)
        && [...field.options].some((option) => option.defaultSelected);
    }
    return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  });
}

function warnBeforeDiscarding(form) {
  const text = form.dataset.kept ? "Not saved yet. Press Escape again to leave; a draft is kept."
    : "Not saved yet. Press Escape again to throw your changes away.";
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
    save(form);
  }
});

function save(form) {
  form.requestSubmit(form.querySelector("button.button--primary") ?? undefined);
}

// Also from the buttons beside the field; without a form there is nothing that the browser's own "save page" would do better.
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.defaultPrevented) return;
  const form = event.target.closest?.("form[data-warn]") ?? document.querySelector("form[data-warn]");
  if (!form) return;
  event.preventDefault();
  save(form);
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
  // The last moment for drafts to be kept.
  for (const form of dirty) form.dispatchEvent(new CustomEvent("form:leaving"));
  if ([...dirty].some((form) => !form.dataset.kept)) event.preventDefault();
});

/* Drafts in this browser belong to who is signed in; one that was sent without htmx has done its work when another page answers. */
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/sign-out") return;
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
  } catch {
    // Nothing was kept here, then.
  }
});

function settleSent() {
  const key = sessionStorage.getItem("draft-sent");
  if (!key) return;
  sessionStorage.removeItem("draft-sent");
  const isSaved = document.querySelector(".flash--success") && !document.querySelector("writing-status");
  if (isSaved) localStorage.removeItem(key);
}

function equip() {
  if (!document.querySelector('textarea[data-editor="markdown"]')) return;
  document.removeEventListener("htmx:after:settle", equip);
  // Where that fails, the plain field and its form work all the same.
  import("./editor.js").then(() => { document.documentElement.dataset.editor = "ready"; }).catch(() => {});
}

try {
  settleSent();
} catch {
  // A browser that keeps nothing has nothing to settle.
}
document.addEventListener("htmx:after:settle", equip);
equip();
