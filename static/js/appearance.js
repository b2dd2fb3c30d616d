/* Light, dark or as the system: the form works without this; with it, the page changes at once and
   the choice is sent in the background. Also: showing a typed password. */

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const chosen = event.submitter?.value;
  if (!form.matches("[data-theme-form]") || !chosen) return;
  event.preventDefault();
  const root = document.documentElement;
  if (chosen === "system") root.removeAttribute("data-theme");
  else root.dataset.theme = chosen;
  document.querySelector('meta[name="color-scheme"]').content = chosen === "system" ? "light dark" : chosen;
  for (const button of document.querySelectorAll('[data-theme-form] button[name="theme"]')) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  } catch {
    // Not kept for the next page, then; this one already looks as asked.
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-reveal]");
  if (!button) return;
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
});
