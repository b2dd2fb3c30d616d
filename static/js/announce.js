/* How scripts, fragments and pages work together here:
   - Whoever has something to say to a screen reader sends the event "announce" with {text}, or
     puts data-announce="text" on an element of a swapped fragment. Only this module writes to #live.
   - No module imports another: they speak by events and attributes, so each can be served under
     the hash of its own content. State lives in the HTML; nothing needs to be set up after a swap.
   - After a swap focus.js decides where the focus goes; see there.
   - A refused request (4xx other than 409 and 422, 5xx) is not swapped in: failures.js tells it. */

const clearAfter = 6000;
let timer = 0;

function say(text) {
  const live = document.getElementById("live");
  if (!live || !text) return;
  // The same words twice in a row are only read again if the region was empty between.
  live.textContent = "";
  clearTimeout(timer);
  setTimeout(() => { live.textContent = text; }, 50);
  timer = setTimeout(() => { live.textContent = ""; }, clearAfter);
}

document.addEventListener("announce", (event) => say(event.detail?.text ?? event.detail?.value));

document.addEventListener("htmx:after:settle", (event) => {
  const texts = [];
  for (const node of event.detail.newContent ?? []) {
    if (!(node instanceof Element)) continue;
    const found = [...node.querySelectorAll("[data-announce]")];
    if (node.matches("[data-announce]")) found.unshift(node);
    for (const element of found) {
      texts.push(element.dataset.announce);
      element.removeAttribute("data-announce");
    }
  }
  if (texts.length) say(texts.join(". "));
});
