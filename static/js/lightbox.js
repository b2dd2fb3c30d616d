/* A picture above the page: a[data-picture data-shown] opens in a native dialog with the pictures around it. Arrow keys, Home, End,
   Escape, swiping; Enter or Z looks closer, at the original. The focus comes back to the picture that was looked at last. */

let dialog, image, count, text, zoom, original, steps, items, index;

function icon(name) {
  const sprite = document.querySelector('use[href*="icons.svg"]').getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

function element(name, className, properties = {}) {
  return Object.assign(document.createElement(name), { className, ...properties });
}

function control(label, name, act, className = "") {
  const button = element("button", `button button--icon ${className}`, { type: "button", title: label });
  button.setAttribute("aria-label", label);
  button.append(icon(name));
  button.addEventListener("click", act);
  return button;
}

function build() {
  dialog = element("dialog", "lightbox");
  dialog.setAttribute("aria-label", "Pictures");
  count = element("p", "lightbox__count");
  count.setAttribute("role", "status");
  zoom = control("Look closer", "zoom-in", () => look(!dialog.classList.contains("lightbox--zoomed")));
  original = element("a", "button button--icon", { target: "_blank", rel: "noopener", title: "Open the original in a new tab" });
  original.setAttribute("aria-label", original.title);
  original.append(icon("external-link"));
  const bar = element("div", "lightbox__bar");
  bar.append(count, zoom, original, control("Close", "x", () => dialog.close()));
  image = element("img", "");
  image.addEventListener("load", () => dialog.classList.remove("lightbox__waiting"));
  image.addEventListener("click", () => look(!dialog.classList.contains("lightbox--zoomed")));
  const scroll = element("div", "lightbox__scroll");
  scroll.append(image);
  steps = [
    control("Previous picture", "chevron-left", () => step(-1), "lightbox__step lightbox__step--back"),
    control("Next picture", "chevron-right", () => step(1), "lightbox__step lightbox__step--on"),
  ];
  const stage = element("div", "lightbox__stage");
  stage.append(scroll, ...steps);
  text = element("p", "lightbox__text");
  dialog.append(bar, stage, text);
  dialog.addEventListener("keydown", key);
  dialog.addEventListener("close", closed);
  swipes(scroll);
  document.body.append(dialog);
}

function show(next) {
  index = Math.max(0, Math.min(next, items.length - 1));
  const item = items[index];
  look(false);
  dialog.classList.add("lightbox__waiting");
  image.alt = item.alt;
  image.src = item.shown;
  text.textContent = item.caption;
  original.href = item.href;
  // Seen is where one is; heard is also what the picture shows.
  count.replaceChildren(items.length > 1 ? `${index + 1} of ${items.length}` : "", element("span", "visually-hidden", { textContent: ` ${item.alt}` }));
  steps[0].disabled = index === 0;
  steps[1].disabled = index === items.length - 1;
  for (const button of steps) button.hidden = items.length === 1;
  if (!dialog.contains(document.activeElement)) steps.find((button) => !button.disabled)?.focus();
  for (const near of [items[index + 1], items[index - 1]]) if (near) new Image().src = near.shown;
}

function step(by) {
  if (index + by >= 0 && index + by < items.length) show(index + by);
}

function look(closely) {
  dialog.classList.toggle("lightbox--zoomed", closely);
  zoom.replaceChildren(icon(closely ? "zoom-out" : "zoom-in"));
  zoom.title = closely ? "See it whole" : "Look closer";
  zoom.setAttribute("aria-label", zoom.title);
  zoom.setAttribute("aria-pressed", String(closely));
  if (closely && image.src !== items[index].href) image.src = items[index].href;
  const scroll = image.parentElement;
  scroll.tabIndex = closely ? 0 : -1;
  if (closely) scroll.scrollTo((scroll.scrollWidth - scroll.clientWidth) / 2, (scroll.scrollHeight - scroll.clientHeight) / 2);
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const zoomed = dialog.classList.contains("lightbox--zoomed");
  const on = getComputedStyle(dialog).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = on === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
  const acts = { [on]: () => step(1), [back]: () => step(-1), Home: () => show(0), End: () => show(items.length - 1), z: () => look(!zoomed) };
  const act = acts[event.key];
  // Looking closer, the arrows move the picture.
  if (!act || (zoomed && event.key.startsWith("Arrow") && event.target === image.parentElement)) return;
  event.preventDefault();
  act();
}

function swipes(area) {
  let start = null;
  area.addEventListener("pointerdown", (event) => {
    start = event.pointerType !== "mouse" && event.isPrimary && !dialog.classList.contains("lightbox--zoomed") ? event : null;
  });
  area.addEventListener("pointerup", (event) => {
    if (!start || event.pointerId !== start.pointerId) return;
    const [x, y] = [event.clientX - start.clientX, event.clientY - start.clientY];
    start = null;
    if (Math.abs(x) < 40 || Math.abs(x) < 1.5 * Math.abs(y)) return;
    event.preventDefault();
    step((x < 0) === (getComputedStyle(dialog).direction !== "rtl") ? 1 : -1);
  });
  area.addEventListener("pointercancel", () => { start = null; });
}

function closed() {
  image.removeAttribute("src");
  const link = document.getElementById(items[index].id)?.querySelector("a[data-picture]");
  link?.closest("details")?.setAttribute("open", "");
  link?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-picture]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const links = [...document.querySelectorAll("a[data-picture]")];
  items = links.map((each) => ({
    id: each.closest("[id]").id,
    href: each.href,
    shown: new URL(each.dataset.shown, location.href).href,
    alt: each.querySelector("img").alt,
    caption: each.dataset.caption ?? "",
  }));
  if (!dialog) build();
  dialog.showModal();
  show(links.indexOf(link));
});
