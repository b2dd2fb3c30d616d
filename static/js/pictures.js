/* Pictures that are pasted or dropped into a text, or chosen by the toolbar's button: each becomes a picture of the topic, and the text
   shows it at the caret, ![words](files/<SHA-256>/<name>). While it is on its way a line says so; when it cannot be kept the line goes,
   the rest of the text is untouched, and a message says why. */

let count = 0;

function editor(target) {
  return target.closest?.('textarea[data-editor="markdown"]');
}

function inputOf(area) {
  return area.form?.querySelector("markdown-toolbar input[data-files]");
}

function say(text) {
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

function tell(area, text) {
  let list = area.form.querySelector(".pictures-told");
  if (!list) {
    list = Object.assign(document.createElement("ul"), { className: "pictures-told" });
    area.closest(".field").after(list);
  }
  list.append(Object.assign(document.createElement("li"), { textContent: text }));
  say(text);
}

/* Puts words in place of others wherever they are by now; the caret stays with the words that it was in. */
function put(area, from, to, words) {
  const { selectionStart, selectionEnd, scrollTop } = area;
  if (document.activeElement === area) {
    // The browser's own editing keeps its undo whole.
    area.setSelectionRange(from, to);
    if (!document.execCommand(words ? "insertText" : "delete", false, words)) area.setRangeText(words, from, to);
  } else {
    area.setRangeText(words, from, to);
  }
  const shift = words.length - (to - from);
  const moved = (at) => (at >= to ? at + shift : Math.min(at, from + words.length));
  area.setSelectionRange(moved(selectionStart), moved(selectionEnd));
  area.scrollTop = scrollTop;
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function begin(area, file) {
  const words = `![Uploading ${file.name || "picture"} ${++count}…]()`;
  area.focus();
  if (!document.execCommand("insertText", false, words)) put(area, area.selectionStart, area.selectionEnd, words);
  return words;
}

function finish(area, mark, words) {
  const at = area.value.indexOf(mark);
  if (at >= 0) put(area, at, at + mark.length, words);
  else if (words) put(area, area.value.length, area.value.length, `\n\n${words}`);
}

async function send(url, file) {
  const body = new FormData();
  body.append("file", file, file.name || "picture.png");
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && told.digest) return told;
    const problem = answer.status === 401 ? "You are no longer signed in." : told.problem ?? told.detail ?? "The server refuses it.";
    return { problem };
  } catch {
    return { problem: "The server cannot be reached." };
  }
}

/* The topic may have the very same picture already: then the text shows that one. */
async function same(url, file) {
  if (!crypto.subtle) return null;
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const digest = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  const address = `${url.split("/topics/")[0]}/files/${digest}/${encodeURIComponent(file.name || "picture.png")}`;
  const found = await fetch(address, { method: "HEAD" }).catch(() => null);
  return found?.ok ? { digest, name: file.name || "picture.png", kind: "image" } : null;
}

function reference(told, alt) {
  const address = `files/${told.digest}/${encodeURIComponent(told.name || "picture").replace("(", "%28").replace(")", "%29")}`;
  return `${told.kind === "image" ? "!" : ""}[${alt}](${address})`;
}

async function add(area, files) {
  const url = inputOf(area).dataset.files;
  let isNew = false;
  for (const file of files) {
    const mark = begin(area, file);
    say(`Uploading ${file.name || "the picture"}`);
    let told = await send(url, file);
    if (told.problem) told = (await same(url, file)) ?? told;
    if (told.problem) {
      finish(area, mark, "");
      tell(area, `“${file.name || "The picture"}” was not added. ${told.problem}`);
      continue;
    }
    // What it shows is for the writer to say: the name is a beginning, and is there to be written over.
    const alt = (told.name || "picture").replace(/\.[^.]*$/, "").replace(/[-_[\]\\]+/g, " ").trim();
    const words = reference(told, alt);
    finish(area, mark, words);
    choose(area, words, alt);
    say("Added. Write what it shows.");
    isNew = true;
  }
  const shown = document.getElementById("topic-media");
  if (isNew && shown) window.htmx?.ajax("GET", url.replace(/\/files\/new.*$/, ""), { target: shown, swap: "outerHTML", source: shown });
}

function choose(area, words, alt) {
  const at = area.value.indexOf(words);
  if (at < 0 || document.activeElement !== area) return;
  const from = at + words.indexOf("[") + 1;
  area.setSelectionRange(from, from + alt.length);
}

function picturesOf(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

// Capturing: a picture that goes into the text is not also a file dropped on the page.
document.addEventListener("paste", (event) => {
  const area = editor(event.target);
  const files = area && inputOf(area) ? picturesOf(event.clipboardData) : [];
  // Copied from a word processor comes with a picture of itself; the words are meant then.
  if (!files.length || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  event.stopPropagation();
  add(area, files);
}, { capture: true });

document.addEventListener("dragover", (event) => {
  const area = editor(event.target);
  if (!area || !inputOf(area) || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  event.stopPropagation();
  event.dataTransfer.dropEffect = "copy";
}, { capture: true });

document.addEventListener("drop", (event) => {
  const area = editor(event.target);
  const files = area && inputOf(area) ? [...(event.dataTransfer?.files ?? [])] : [];
  if (!files.length) return;
  event.preventDefault();
  event.stopPropagation();
  add(area, files);
}, { capture: true });

document.addEventListener("markdown:tool", (event) => {
  if (event.detail.tool === "picture") inputOf(event.target)?.click();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("markdown-toolbar input[data-files]")) return;
  const area = document.getElementById(event.target.closest("markdown-toolbar").dataset.area);
  const files = [...event.target.files];
  event.target.value = "";
  event.stopPropagation();
  add(area, files);
}, { capture: true });
