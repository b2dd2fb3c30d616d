/* Writing Markdown in textarea[data-editor="markdown"]: Ctrl or Cmd+B, I and K wrap the selection, Enter
   goes on with a list or a quotation, a pasted address becomes the link of what is selected.
   Nothing here takes Tab, which leaves the field, or anything the browser keeps for itself. */

const wraps = { b: ["**", "**"], i: ["*", "*"], k: ["[", "](https://)"] };
const marker = /^(\s*)(?:([-*+] \[)[ xX](\] )|([-*+] )|(\d{1,9})([.)] )|(> ?))/;

function editor(target) {
  return target.closest?.('textarea[data-editor="markdown"]');
}

// Through the browser's own editing, so that its undo knows about it.
function insert(area, text) {
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
}

function wrap(area, [before, after]) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  const wrapped = value.slice(start - before.length, start) === before && value.slice(end, end + after.length) === after;
  if (wrapped && before === after) {
    area.setSelectionRange(start - before.length, end + after.length);
    insert(area, chosen);
    area.setSelectionRange(start - before.length, end - before.length);
  } else {
    insert(area, before + chosen + after);
    if (before === "[" && chosen) area.setSelectionRange(end + 3, end + 11);
    else area.setSelectionRange(start + before.length, end + before.length);
  }
}

function nextLine(area) {
  const { selectionStart: at, selectionEnd, value } = area;
  if (at !== selectionEnd) return false;
  const begin = value.lastIndexOf("\n", at - 1) + 1;
  const line = value.slice(begin, at);
  const found = line.match(marker);
  if (!found) return false;
  if (line.length === found[0].length) {
    // An empty item ends the list.
    area.setSelectionRange(begin, at);
    insert(area, "\n");
    return true;
  }
  const [, indent, taskStart, taskEnd, bullet, number, dot, quote] = found;
  const next = taskStart ? `${taskStart} ${taskEnd}` : bullet ?? (number ? `${Number(number) + 1}${dot}` : quote);
  insert(area, `\n${indent}${next}`);
  return true;
}

document.addEventListener("keydown", (event) => {
  const area = editor(event.target);
  if (!area || event.defaultPrevented || event.isComposing || event.altKey) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.shiftKey && event.key.toLowerCase() in wraps) {
    event.preventDefault();
    wrap(area, wraps[event.key.toLowerCase()]);
  } else if (event.key === "Enter" && !command && !event.shiftKey && nextLine(area)) {
    event.preventDefault();
  }
});

document.addEventListener("paste", (event) => {
  const area = editor(event.target);
  const text = event.clipboardData?.getData("text/plain").trim() ?? "";
  if (!area || area.selectionStart === area.selectionEnd || !/^https?:\/\/\S+$/.test(text)) return;
  event.preventDefault();
  insert(area, `[${area.value.slice(area.selectionStart, area.selectionEnd)}](${text})`);
});
