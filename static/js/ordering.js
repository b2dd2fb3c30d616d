/* Pictures and files are put in order by dragging, where there is a mouse; the buttons do the same. The order is kept by the server:
   what is dropped is sent, and the part of the page comes back. */

let dragged = null;

function row(target) {
  return target.closest?.("[data-order] > li[data-item]");
}

function orderForm(item) {
  return item.querySelector('.media-tools form[action*="/order"]');
}

function clear() {
  for (const each of document.querySelectorAll("[data-drop]")) delete each.dataset.drop;
}

function side(item, event) {
  const box = item.getBoundingClientRect();
  const across = item.parentElement.classList.contains("gallery");
  const before = across ? event.clientX < box.left + box.width / 2 : event.clientY < box.top + box.height / 2;
  return before === (!across || getComputedStyle(item).direction !== "rtl") ? "before" : "after";
}

function fits(item) {
  return item && dragged && item !== dragged && item.parentElement.className === dragged.parentElement.className;
}

document.addEventListener("pointerdown", (event) => {
  const item = row(event.target);
  if (item && event.pointerType === "mouse" && orderForm(item)) item.draggable = !event.target.closest("audio, video, iframe, form");
}, { passive: true });

document.addEventListener("dragstart", (event) => {
  const item = row(event.target);
  if (!item || !orderForm(item)) return;
  dragged = item;
  item.dataset.dragged = "";
  event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const item = row(event.target);
  if (!dragged) return;
  clear();
  if (!fits(item)) return;
  event.preventDefault();
  item.dataset.drop = side(item, event);
});

document.addEventListener("drop", (event) => {
  const item = row(event.target);
  if (!fits(item)) return;
  event.preventDefault();
  const values = { [side(item, event)]: item.dataset.item };
  const form = orderForm(dragged);
  window.htmx.ajax("POST", form.getAttribute("action"), { source: form, target: form.getAttribute("hx-target"), swap: "outerHTML", values });
});

document.addEventListener("dragend", () => {
  clear();
  if (dragged) delete dragged.dataset.dragged;
  dragged = null;
});
