/* Where files for the <upload-queue> come from: a form with data-queued, which without scripts is sent as any form; what is dropped
   anywhere on the page; what is pasted. Fields in which somebody writes take what is dropped and pasted there themselves. */

function queue() {
  return document.querySelector("upload-queue");
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-queued]");
  if (!form || event.target.type !== "file" || !event.target.files.length) return;
  const keep = form.elements.keep_location?.checked;
  queue()?.add(event.target.files, keep ? { keep_location: "1" } : {});
  form.remove();
  queue()?.heading.focus();
});

// A form that was put in by htmx is never sent as a whole: its files went to the queue when they were chosen.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-queued]")) event.preventDefault();
}, { capture: true });

let own = false;
let hint = null;

function carriesFiles(event) {
  return !own && queue() && event.dataTransfer?.types.includes("Files") && !event.target.closest?.("textarea, [contenteditable]");
}

function show(isOver) {
  if (isOver && !hint) {
    hint = Object.assign(document.createElement("div"), { className: "drop-hint", textContent: "Drop to add to this topic" });
    document.body.append(hint);
  } else if (!isOver) {
    hint?.remove();
    hint = null;
  }
}

document.addEventListener("dragstart", () => { own = true; });
document.addEventListener("dragend", () => { own = false; });
document.addEventListener("dragover", (event) => {
  if (event.defaultPrevented && !event.target.closest?.("file-drop")) return;
  if (!carriesFiles(event)) return show(false);
  event.preventDefault();
  return show(true);
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) show(false); });
document.addEventListener("drop", (event) => {
  show(false);
  if (!carriesFiles(event) || (event.defaultPrevented && !event.target.closest?.("file-drop"))) return;
  event.preventDefault();
  // A file that a browser shows instead of sending it would lose the page; a folder has no bytes of its own.
  const items = [...event.dataTransfer.items].filter((item) => item.kind === "file" && !item.webkitGetAsEntry?.()?.isDirectory);
  queue().add(items.map((item) => item.getAsFile()).filter(Boolean));
});

document.addEventListener("paste", (event) => {
  const files = event.clipboardData?.files;
  if (event.defaultPrevented || !files?.length || !queue() || event.target.closest?.("textarea, input, [contenteditable]")) return;
  event.preventDefault();
  queue().add(files);
});
