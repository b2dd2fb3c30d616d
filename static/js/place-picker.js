/* <place-picker> beside two coordinate fields: a map on which a pin is put by click, drag or the arrow keys. Map and outline of the world
   are fetched when somebody opens it, all from this site; tiles of another only where the site's settings name some. The fields are
   its twin: what is typed there moves the pin, and a pair pasted into the first is divided between both. */

let parts;

function script(address) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
    document.head.append(element);
  });
}

function fetchParts(data) {
  parts ??= (async () => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: data.style }));
    const world = fetch(data.world).then((answer) => answer.json());
    await Promise.all([script(data.script), script(data.decoder)]);
    const { topojson } = window;
    const topology = await world;
    return { leaflet: window.L, countries: whole(topojson.feature(topology, topology.objects.countries)) };
  })().catch((error) => { parts = undefined; throw error; });
  return parts;
}

/* A coast that crosses the 180th meridian goes on beyond it, and is drawn once more on the other side of the map, rather than all the way
   back across the world. A ring around a pole does not come back to where it began, and is left as it is. */
function unwrapped(ring) {
  let turn = 0;
  const points = ring.map(([east, north], at) => {
    const step = at ? east - ring[at - 1][0] : 0;
    if (Math.abs(step) > 180) turn -= 360 * Math.sign(step);
    return [east + turn, north];
  });
  return turn ? ring : points;
}

function whole(countries) {
  for (const { geometry } of countries.features) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    geometry.type = "MultiPolygon";
    geometry.coordinates = polygons.flatMap((rings) => {
      const once = rings.map(unwrapped);
      const beyond = once[0].some(([east]) => east > 180) ? -360 : once[0].some(([east]) => east < -180) ? 360 : 0;
      return beyond ? [once, once.map((ring) => ring.map(([east, north]) => [east + beyond, north]))] : [once];
    });
  }
  return countries;
}

const PAIR = /^\s*(?:geo:)?([+-]?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*$/;
const STEP = 10; // pixels of an arrow key; fifty with Shift, one with Alt
const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

class PlacePicker extends HTMLElement {
  connectedCallback() {
    this.fields = [this.dataset.latitude, this.dataset.longitude].map((id) => document.getElementById(id));
    this.button = this.querySelector("[data-open]");
    this.button?.addEventListener("click", () => this.open());
    this.typed = () => this.show(this.read());
    this.pasted = (event) => this.divide(event);
    for (const field of this.fields) field?.addEventListener("input", this.typed);
    this.fields[0]?.addEventListener("paste", this.pasted);
  }

  disconnectedCallback() {
    for (const field of this.fields) field?.removeEventListener("input", this.typed);
    this.fields[0]?.removeEventListener("paste", this.pasted);
    this.map?.remove();
    this.map = undefined;
  }

  read() {
    const numbers = this.fields.map((field) => (/^\s*[+-]?\d+(\.\d+)?\s*$/.test(field.value) ? Number(field.value) : NaN));
    const [latitude, longitude] = numbers;
    return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? numbers : undefined;
  }

  divide(event) {
    const found = PAIR.exec(event.clipboardData?.getData("text") ?? "");
    if (!found) return;
    event.preventDefault();
    this.fill([Number(found[1]), Number(found[2])]);
    this.show(this.read());
  }

  fill(place) {
    this.fields.forEach((field, at) => {
      field.value = String(Number(place[at].toFixed(5)));
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  async open() {
    this.button.disabled = true;
    this.setAttribute("aria-busy", "true");
    try {
      this.draw(await fetchParts(this.dataset));
    } catch {
      this.button.disabled = false;
      this.announce("The map could not be loaded. Type the coordinates instead.");
    }
    this.removeAttribute("aria-busy");
  }

  draw({ leaflet, countries }) {
    if (!this.isConnected || this.map) return;
    this.leaflet = leaflet;
    this.button.hidden = true;
    const frame = Object.assign(document.createElement("div"), { className: "place-map" });
    this.view = Object.assign(document.createElement("div"), { className: "place-map__view", tabIndex: 0 });
    this.view.setAttribute("role", "application");
    this.view.setAttribute("aria-label", "Map. The arrow keys move the pin, with Shift further, with Alt less far; plus and minus zoom.");
    const hint = Object.assign(document.createElement("p"), { className: "small muted" });
    hint.textContent = "Click, drag the pin, or use the arrow keys; plus and minus zoom.";
    frame.append(this.view, hint);
    this.append(frame);
    const canvas = document.createElement("div");
    this.view.append(canvas);
    const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = leaflet.map(canvas, {
      keyboard: false, worldCopyJump: false, minZoom: 0, maxZoom: 19, maxBounds: [[-90, -180], [90, 180]], maxBoundsViscosity: 1,
      zoomAnimation: !reduced, fadeAnimation: !reduced, markerZoomAnimation: !reduced, attributionControl: Boolean(this.dataset.tiles),
    });
    canvas.removeAttribute("tabindex");
    this.map.attributionControl?.setPrefix(false);
    // A canvas knows no custom properties: the colours of the theme are read off an element that has them.
    canvas.classList.add("place-map__ground");
    const style = getComputedStyle(canvas);
    leaflet.geoJSON(countries, {
      renderer: leaflet.canvas({ padding: 0.5 }), interactive: false,
      style: { weight: 1, color: style.borderTopColor, fillColor: style.color, fillOpacity: this.dataset.tiles ? 0 : 1 },
    }).addTo(this.map);
    if (this.dataset.tiles) leaflet.tileLayer(this.dataset.tiles, { attribution: this.attribution(), maxZoom: 19 }).addTo(this.map);
    const place = this.read();
    this.map.setView(place ?? [20, 0], place ? 6 : 1, { animate: false });
    this.show(place);
    this.map.on("click", (event) => this.put([event.latlng.lat, event.latlng.lng]));
    this.view.addEventListener("keydown", (event) => this.pressed(event));
    this.view.focus();
  }

  attribution() {
    const text = document.createElement("span");
    text.textContent = this.dataset.attribution ?? "";
    return text.innerHTML;
  }

  show(place) {
    if (!this.map) return;
    if (!place) {
      this.pin?.remove();
      this.pin = undefined;
      return;
    }
    if (!this.pin) {
      const mark = Object.assign(document.createElement("span"), { className: "place-pin__mark" });
      const icon = this.leaflet.divIcon({ className: "place-pin", html: mark, iconSize: [24, 24], iconAnchor: [12, 12] });
      this.pin = this.leaflet.marker(place, { icon, draggable: true, keyboard: false, autoPan: true }).addTo(this.map);
      this.pin.on("dragend", () => this.put(Object.values(this.pin.getLatLng())));
    }
    this.pin.setLatLng(place);
    if (!this.map.getBounds().contains(place)) this.map.panTo(place, { animate: false });
  }

  put([latitude, longitude]) {
    const place = [Math.max(-90, Math.min(90, latitude)), Math.max(-180, Math.min(180, longitude))];
    this.fill(place);
    this.show(place);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.announce(`Latitude ${place[0].toFixed(3)}, longitude ${place[1].toFixed(3)}`), 400);
  }

  pressed(event) {
    const move = MOVES[event.key];
    if (move && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const far = event.shiftKey ? 5 * STEP : event.altKey ? 1 : STEP;
      const from = this.map.latLngToContainerPoint(this.pin?.getLatLng() ?? this.map.getCenter());
      const to = this.pin ? from.add([move[0] * far, move[1] * far]) : from;
      const place = this.map.containerPointToLatLng(to);
      this.put([place.lat, place.lng]);
    } else if (event.key === "+" || event.key === "=" || event.key === "-") {
      event.preventDefault();
      const around = this.pin?.getLatLng() ?? this.map.getCenter();
      this.map.setZoomAround(around, this.map.getZoom() + (event.key === "-" ? -1 : 1), { animate: false });
    }
  }

  announce(text) {
    document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
  }
}

customElements.define("place-picker", PlacePicker);
