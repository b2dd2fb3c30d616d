/* Where the site's settings name tiles: a map of them in the place of the outline, with the same signs, fetched for what is seen. */

let library;
let seen = null; // the map
let kept = null; // where it was before the same places come anew

function load(data) {
  library ??= new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: data.style }));
    document.head.append(Object.assign(document.createElement("script"), { src: data.script, onload: () => resolve(window.L), onerror: reject }));
  });
  return library;
}

function sign(leaflet, map, feature) {
  const { count, label, href } = feature.properties;
  const link = Object.assign(document.createElement("a"), { href, textContent: count, title: label, className: "places-sign" });
  link.classList.toggle("places-sign--many", Boolean(count));
  link.setAttribute("aria-label", label);
  const [east, north] = feature.geometry.coordinates;
  if (count) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      map.setView([north, east], Math.min(18, map.getZoom() + 2), { animate: false });
    });
  }
  const size = count ? 30 : 24;
  const icon = leaflet.divIcon({ html: link, className: "places-sign__place", iconSize: [size, size] });
  return leaflet.marker([north, east], { icon, keyboard: false });
}

async function build(view) {
  view.dataset.alive = "true";
  const leaflet = await load(view.dataset);
  if (!view.isConnected) return;
  const canvas = Object.assign(document.createElement("div"), { className: "places__tiles" });
  view.append(canvas);
  view.querySelector("svg").setAttribute("display", "none");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = leaflet.map(canvas, { maxBounds: [[-90, -180], [90, 180]], zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still });
  map.attributionControl.setPrefix(false);
  const text = document.createElement("span");
  text.textContent = view.dataset.attribution ?? "";
  leaflet.tileLayer(view.dataset.tiles, { attribution: text.innerHTML, maxZoom: 19 }).addTo(map);
  const signs = leaflet.layerGroup().addTo(map);
  let asked = 0;
  map.on("moveend", async () => {
    const mine = ++asked;
    canvas.setAttribute("aria-busy", "true");
    const bounds = map.getBounds();
    const url = new URL(view.dataset.points, location.href);
    for (const side of ["West", "South", "East", "North"]) url.searchParams.set(side.toLowerCase(), bounds[`get${side}`]().toFixed(5));
    const answer = await fetch(url).then((response) => (response.ok ? response.json() : null)).catch(() => null);
    if (mine !== asked) return;
    canvas.removeAttribute("aria-busy");
    if (!answer) return;
    signs.clearLayers();
    for (const feature of answer.features) signs.addLayer(sign(leaflet, map, feature));
  });
  const [west, south, east, north] = view.dataset.box.split(" ").map(Number);
  if (kept) map.setView(...kept, { animate: false });
  else map.fitBounds([[south, west], [north, east]], { animate: false });
  [seen, kept] = [map, null];
}

function wake() {
  for (const view of document.querySelectorAll("[data-tiles][data-points]:not([data-alive])")) build(view);
}

document.addEventListener("live:show", () => { kept = seen && [seen.getCenter(), seen.getZoom()]; });
document.addEventListener("htmx:after:settle", wake);
wake();
