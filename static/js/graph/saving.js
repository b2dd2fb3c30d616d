/* The drawing as a file of its own: with its colours written into it, and with whole addresses. */

const STYLES = ["fill", "stroke", "stroke-width", "opacity", "font-family", "font-size", "font-weight", "paint-order", "stroke-linejoin"];
const MARGIN = 40;

function picture(drawing) {
  const copy = drawing.cloneNode(true);
  const [from, to] = [drawing.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, index) => {
    if (!["path", "circle", "rect", "text"].includes(element.localName)) return;
    const seen = getComputedStyle(element);
    for (const name of STYLES) to[index].setAttribute(name, seen.getPropertyValue(name));
  });
  for (const badge of copy.querySelectorAll(".graph__badge")) badge.remove();
  for (const link of copy.querySelectorAll("a")) link.setAttribute("href", new URL(link.getAttribute("href"), location.href).href);
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const { name } of [...element.attributes]) {
      if (name === "class" || name.startsWith("data-") || name.startsWith("hx-") || name.startsWith("aria-")) element.removeAttribute(name);
    }
  }
  const box = drawing.querySelector("[data-graph-scene]").getBBox();
  const [width, height] = [box.width + 2 * MARGIN, box.height + 2 * MARGIN];
  copy.setAttribute("viewBox", `${box.x - MARGIN} ${box.y - MARGIN} ${width} ${height}`);
  copy.setAttribute("width", Math.round(width));
  copy.setAttribute("height", Math.round(height));
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const place = { x: box.x - MARGIN, y: box.y - MARGIN, width, height, fill: getComputedStyle(drawing.closest(".graph__stage")).backgroundColor };
  for (const [name, value] of Object.entries(place)) ground.setAttribute(name, value);
  copy.prepend(ground);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

function offer(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function save(drawing, format) {
  const name = `${drawing.dataset.title.replace(/[^\p{L}\p{N} ._-]+/gu, "").trim() || "graph"}.${format}`;
  const { text, width, height } = picture(drawing);
  if (format === "svg") return offer(new Blob([text], { type: "image/svg+xml" }), name);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.min(2, 8000 / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return offer(blob, name);
}
