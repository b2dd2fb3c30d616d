/* The preview of a text while it is open: beside the field where there is room, below it elsewhere, made anew when the writing
   pauses, and closed by its button. It comes by the form's own Preview button, which works without this. */

const pause = 700;
let timer = 0;

function shown(area) {
  return area.form?.querySelector(".preview");
}

async function renew(area) {
  const preview = shown(area);
  if (!preview) return;
  const body = new URLSearchParams(new FormData(area.form));
  body.set("preview", "1");
  const headers = { Accept: "text/html", "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": `section#${preview.id}` };
  try {
    const answer = await fetch(area.form.action, { method: "POST", body, headers });
    if (!answer.ok || !preview.isConnected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const prose = page.querySelector(".preview .prose");
    if (prose) preview.querySelector(".prose").replaceChildren(...prose.childNodes);
  } catch {
    // It shows what was written before, then; the form's status says that the server is away.
  }
}

document.addEventListener("input", (event) => {
  const area = event.target.closest?.('textarea[data-editor="markdown"]');
  if (!area || !shown(area)) return;
  clearTimeout(timer);
  timer = setTimeout(() => renew(area), pause);
});

document.addEventListener("click", (event) => {
  const preview = event.target.closest?.("[data-close-preview]")?.closest(".preview");
  if (!preview) return;
  const area = preview.closest("form").querySelector("textarea");
  preview.replaceWith(Object.assign(document.createElement("div"), { id: preview.id }));
  area.focus();
});
