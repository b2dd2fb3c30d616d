/* Writing Markdown in textarea[data-editor="markdown"]: <markdown-toolbar> and keys that do the same, Enter goes on with a list or
   a quotation, Tab moves an item of a list in and out, a pasted address becomes the link of what is selected.
   Tab leaves the field wherever it does not move an item, and after Escape everywhere. All changes go through the browser's own
   editing, so that its undo knows about them. */

const pairs = { bold: ["**", "**"], italic: ["*", "*"], code: ["`", "`"], topic: ["[[", "]]"] };
const starts = { heading: "## ", bullets: "- ", quote: "> " };
const marker = /^(\s*)(?:([-*+] \[)[ xX](\] )|([-*+] )|(\d{1,9})([.)] )|(> ?))/;
const anyStart = /^(?:#{1,6} |[-*+] (?:\[[ xX]\] )?|\d{1,9}[.)] |> ?)/;
const table = "| First | Second |\n| ----- | ------ |\n| one   | two    |\n";
let leaves = false;

function editor(target) {
  return target.closest?.('textarea[data-editor="markdown"]');
}

function insert(area, text) {
  area.focus();
  if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

function replace(area, from, to, text) {
  area.setSelectionRange(from, to);
  if (from !== to || text) insert(area, text);
}

function wrap(area, [before, after]) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  const isWrapped = value.slice(start - before.length, start) === before && value.slice(end, end + after.length) === after;
  if (isWrapped) {
    replace(area, start - before.length, end + after.length, chosen);
    area.setSelectionRange(start - before.length, end - before.length);
  } else {
    insert(area, before + chosen + after);
    area.setSelectionRange(start + before.length, end + before.length);
  }
}

function link(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  insert(area, `[${chosen}](https://)`);
  if (chosen) area.setSelectionRange(end + 3, end + 11);
  else area.setSelectionRange(start + 1, start + 1);
}

/* The whole lines of the selection, each changed by `change(line, index)`. */
function onLines(area, change) {
  const { selectionStart, selectionEnd, value } = area;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const end = value.indexOf("\n", selectionEnd > selectionStart ? selectionEnd - 1 : selectionEnd);
  const to = end < 0 ? value.length : end;
  const before = value.slice(from, to);
  const lines = before.split("\n");
  const after = lines.map(change).join("\n");
  if (after === before) return;
  const isCaret = selectionStart === selectionEnd;
  replace(area, from, to, after);
  if (isCaret) area.setSelectionRange(selectionStart + after.length - before.length, selectionStart + after.length - before.length);
  else area.setSelectionRange(from, from + after.length);
}

function begin(area, start) {
  const { selectionStart, selectionEnd, value } = area;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const has = value.slice(from, Math.max(selectionEnd, from + 3)).split("\n").every((line) => line.startsWith(start));
  onLines(area, (line) => (has ? line.slice(start.length) : start + line.replace(anyStart, "")));
}

function number(area) {
  const { selectionStart, value } = area;
  const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1);
  const has = /^\d{1,9}[.)] /.test(line);
  onLines(area, (each, index) => (has ? each.replace(/^\d{1,9}[.)] /, "") : `${index + 1}. ${each.replace(anyStart, "")}`));
}

function block(area, text, chosen) {
  const { selectionStart: at, value } = area;
  const before = !at || value.slice(0, at).endsWith("\n\n") ? "" : value.slice(0, at).endsWith("\n") ? "\n" : "\n\n";
  replace(area, at, at, before + text);
  if (chosen) area.setSelectionRange(at + before.length + 2, at + before.length + 2 + chosen.length);
}

function code(area) {
  const { selectionStart, selectionEnd, value } = area;
  const chosen = value.slice(selectionStart, selectionEnd);
  if (!chosen.includes("\n")) return wrap(area, pairs.code);
  return insert(area, `\`\`\`\n${chosen.replace(/\n$/, "")}\n\`\`\`\n`);
}

function use(area, tool) {
  if (tool === "link") link(area);
  else if (tool === "code") code(area);
  else if (tool in pairs) wrap(area, pairs[tool]);
  else if (tool in starts) begin(area, starts[tool]);
  else if (tool === "numbers") number(area);
  else if (tool === "table") block(area, table, "First");
  else area.dispatchEvent(new CustomEvent("markdown:tool", { bubbles: true, detail: { tool } }));
}

function toolOf(event) {
  const key = event.key.toLowerCase();
  if (event.shiftKey) return { Digit7: "numbers", Digit8: "bullets", Digit9: "quote" }[event.code];
  if (event.altKey) return event.code === "Digit2" ? "heading" : undefined;
  return { b: "bold", i: "italic", k: "link", e: "code" }[key];
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
    replace(area, begin, at, "\n");
    return true;
  }
  const [, indent, taskStart, taskEnd, bullet, count, dot, quote] = found;
  const next = taskStart ? `${taskStart} ${taskEnd}` : bullet ?? (count ? `${Number(count) + 1}${dot}` : quote);
  insert(area, `\n${indent}${next}`);
  return true;
}

function isItem(area) {
  const { selectionStart: at, value } = area;
  const from = value.lastIndexOf("\n", at - 1) + 1;
  const end = value.indexOf("\n", at);
  return /^\s*(?:[-*+]|\d{1,9}[.)]) /.test(value.slice(from, end < 0 ? value.length : end));
}

function move(area, out) {
  onLines(area, (line) => (out ? line.replace(/^(?: {1,2}|\t)/, "") : `  ${line}`));
}

document.addEventListener("keydown", (event) => {
  const area = editor(event.target);
  if (!area || event.defaultPrevented || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  const tool = command ? toolOf(event) : undefined;
  const left = leaves;
  if (event.key !== "Shift") leaves = false;
  if (tool) {
    event.preventDefault();
    use(area, tool);
  } else if (event.key === "Enter" && !command && !event.shiftKey && !event.altKey && nextLine(area)) {
    event.preventDefault();
  } else if (event.key === "Tab" && !command && !event.altKey && !left && isItem(area)) {
    event.preventDefault();
    move(area, event.shiftKey);
  } else if (event.key === "F10" && event.altKey) {
    event.preventDefault();
    area.form?.querySelector("markdown-toolbar button")?.focus();
  }
});

// Capturing, so that in a list the form's own Escape waits for the next press.
document.addEventListener("keydown", (event) => {
  const area = editor(event.target);
  if (event.key !== "Escape" || !area || event.isComposing || leaves || !isItem(area) || document.getElementById("wiki-links")) return;
  event.preventDefault();
  leaves = true;
  document.dispatchEvent(new CustomEvent("announce", { detail: { text: "Tab leaves the field now. Escape once more leaves the form." } }));
}, { capture: true });

document.addEventListener("paste", (event) => {
  const area = editor(event.target);
  const text = event.clipboardData?.getData("text/plain").trim() ?? "";
  if (!area || area.selectionStart === area.selectionEnd || !/^https?:\/\/\S+$/.test(text)) return;
  event.preventDefault();
  insert(area, `[${area.value.slice(area.selectionStart, area.selectionEnd)}](${text})`);
});

// As tall as what is written, where the style sheet alone cannot have that.
if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", (event) => {
    const area = editor(event.target);
    if (!area) return;
    const { scrollTop } = area;
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
    area.scrollTop = scrollTop;
  });
}

/* One stop of Tab for all buttons; the arrow keys walk through them (ARIA toolbar). */
class MarkdownToolbar extends HTMLElement {
  connectedCallback() {
    this.buttons = [...this.querySelectorAll("button")];
    if (this.buttons[0]) this.buttons[0].tabIndex = 0;
    this.addEventListener("pointerdown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
    this.addEventListener("click", (event) => this.clicked(event.target.closest("[data-tool]")));
    this.addEventListener("keydown", (event) => this.pressed(event));
  }

  clicked(button) {
    const area = document.getElementById(this.dataset.area);
    if (button && area) use(area, button.dataset.tool);
  }

  pressed(event) {
    const index = this.buttons.indexOf(document.activeElement);
    const turn = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const last = this.buttons.length - 1;
    const next = { ArrowRight: index + turn, ArrowLeft: index - turn, Home: 0, End: last }[event.key];
    if (next === undefined || index < 0) return;
    event.preventDefault();
    const button = this.buttons[(next + last + 1) % (last + 1)];
    for (const each of this.buttons) each.tabIndex = each === button ? 0 : -1;
    button.focus();
  }
}

customElements.define("markdown-toolbar", MarkdownToolbar);
