/* Asks an address for the options of what was typed, with GET ?q=. A list that says that it is a part is shown at once, and the whole one
   when it comes. `show(options, isPart)` gets the list entries; throws when nothing is to be had, and AbortError when it was overtaken. */

const headers = { Accept: "text/html", "HX-Request": "true", "HX-Request-Type": "partial" };

async function page(url, signal) {
  const answer = await fetch(url, { signal, headers });
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

export async function askFor(source, text, signal, show) {
  const url = new URL(source, location.href);
  url.searchParams.set("q", text);
  const show_ = (answer, isPart) => show([...answer.querySelectorAll('[role="option"]')], isPart);
  const first = await page(url, signal);
  const isPart = first.querySelector("[data-part]") !== null;
  show_(first, isPart);
  if (!isPart || signal.aborted) return;
  url.searchParams.set("whole", "1");
  show_(await page(url, signal), false);
}
