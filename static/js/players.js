/* Films elsewhere and 3D scenes open in the place of their card: in a frame with a page of ours, which alone may load what they need.
   Without scripts the card is a plain link. a[data-player="title"], with data-player-url where the link itself leads elsewhere. */

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

function open(link) {
  const title = link.dataset.player;
  const frame = document.createElement("iframe");
  frame.className = "stage__frame";
  frame.title = title;
  frame.allow = "autoplay; fullscreen; picture-in-picture; encrypted-media; xr-spatial-tracking";
  frame.src = link.dataset.playerUrl ?? link.href;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button--icon button--small stage__close";
  close.setAttribute("aria-label", `Close ${title}`);
  close.title = "Close";
  close.append(icon("x"));
  close.addEventListener("click", () => {
    frame.remove();
    close.remove();
    link.hidden = false;
    link.focus();
  });
  link.hidden = true;
  link.after(frame, close);
  close.focus();
  document.dispatchEvent(new CustomEvent("announce", { detail: { text: `${title} opens here.` } }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-player]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(link);
});
