/* Puts a list below the caret of a textarea; the list is in the same box as the textarea. */

// Where the caret stands: a copy of the text in a box of the same shape, with a mark at its end.
function caretOf(area) {
  const style = getComputedStyle(area);
  const copy = document.createElement("div");
  for (const name of ["font", "letterSpacing", "padding", "border", "boxSizing", "overflowWrap", "direction"]) copy.style[name] = style[name];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", inlineSize: `${area.offsetWidth}px`, insetBlockStart: "0" });
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  copy.append(area.value.slice(0, area.selectionStart), mark);
  area.parentElement.append(copy);
  const place = { top: mark.offsetTop + mark.offsetHeight - area.scrollTop, left: mark.offsetLeft };
  copy.remove();
  return place;
}

export function placeAtCaret(list, area) {
  const { top, left } = caretOf(area);
  const room = area.offsetWidth - list.offsetWidth;
  list.style.insetBlockStart = `${area.offsetTop + Math.min(top, area.offsetHeight) + 4}px`;
  list.style.left = `${area.offsetLeft + Math.max(0, Math.min(left, room))}px`;
}
