/* Moves the drawing of places by dragging it, and by Ctrl and the wheel: the part of the world that comes to be seen is asked for as its
   links ask for it. */

const CLICK = 4;

function alive(drawing) {
  if (drawing.dataset.alive) return;
  drawing.dataset.alive = "true";
  const base = drawing.viewBox.baseVal;
  const { x, y, width, height } = base;
  const degrees = () => width / drawing.getBoundingClientRect().width;
  let from = null;
  let moved = 0;
  let waiting = 0;

  function ask(west, north, wide, tall) {
    const url = new URL(drawing.dataset.url, location.href);
    const sides = { west, south: -(north + tall), east: west + wide, north: -north };
    for (const [side, value] of Object.entries(sides)) url.searchParams.set(side, value.toFixed(5));
    const address = url.pathname + url.search;
    globalThis.htmx.ajax("GET", address, { target: "#places", swap: "outerHTML" }).then(() => history.replaceState(history.state, "", address));
  }

  drawing.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    event.preventDefault();
    [from, moved] = [{ x: event.clientX, y: event.clientY }, 0];
  });
  document.addEventListener("pointermove", (event) => {
    if (!from || !drawing.isConnected) return;
    moved = Math.hypot(event.clientX - from.x, event.clientY - from.y);
    drawing.setAttribute("viewBox", `${x - (event.clientX - from.x) * degrees()} ${y - (event.clientY - from.y) * degrees()} ${width} ${height}`);
  });
  document.addEventListener("pointerup", () => {
    if (!from) return;
    from = null;
    if (moved > CLICK) ask(base.x, base.y, width, height);
  });
  drawing.addEventListener("click", (event) => {
    if (moved > CLICK) event.preventDefault();
  });
  drawing.addEventListener("dragstart", (event) => event.preventDefault());
  drawing.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const factor = Math.exp(event.deltaY / 400);
      const box = drawing.getBoundingClientRect();
      const [left, top] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      const [wide, tall] = [base.width * factor, base.height * factor];
      const next = [base.x + (base.width - wide) * left, base.y + (base.height - tall) * top, wide, tall];
      drawing.setAttribute("viewBox", next.join(" "));
      clearTimeout(waiting);
      waiting = setTimeout(() => ask(...next), 250);
    },
    { passive: false },
  );
}

function wake() {
  for (const drawing of document.querySelectorAll("[data-places-drawing]")) alive(drawing);
}

document.addEventListener("htmx:after:settle", wake);
wake();
