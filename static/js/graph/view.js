/* The window onto a drawing: which part of it is seen, changed by dragging, pinching, buttons and keys. */

const NEAREST = 3;
const FARTHEST = 0.1;

export class View {
  constructor(frame, drawing) {
    this.frame = frame;
    this.drawing = drawing;
    const [x, y, width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
    this.whole = { x, y, width, height };
    this.pointers = new Map();
    this.start();
    frame.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.down(event));
    frame.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      frame.addEventListener(name, (event) => this.pointers.delete(event.pointerId));
    }
    this.sizes = new ResizeObserver(() => this.show());
    this.sizes.observe(frame);
  }

  get size() {
    return { width: this.frame.clientWidth || 1, height: this.frame.clientHeight || 1 };
  }

  /* The whole where its words stay readable, else its middle. */
  start() {
    const fitting = this.fitting();
    const isNarrow = this.size.width < 640;
    const readable = isNarrow ? 0.7 : 0.8;
    this.scale = Math.min(1.15, !isNarrow && fitting > 0.6 ? fitting : Math.max(fitting, readable));
    // A narrow window begins with the topic and its right side.
    this.centre = { x: isNarrow && fitting < this.scale ? this.size.width / this.scale / 2 - 40 : 0, y: 0 };
    this.show();
  }

  fitting() {
    const { width, height } = this.size;
    return Math.min(width / this.whole.width, height / this.whole.height);
  }

  fit(bounds) {
    if (bounds) this.whole = bounds;
    this.scale = Math.min(1.5, Math.max(FARTHEST, this.fitting()));
    this.centre = { x: this.whole.x + this.whole.width / 2, y: this.whole.y + this.whole.height / 2 };
    this.show();
  }

  turn({ scale, centre }) {
    [this.scale, this.centre] = [scale, centre];
    this.show();
  }

  show() {
    const { width, height } = this.size;
    const [w, h] = [width / this.scale, height / this.scale];
    this.drawing.setAttribute("viewBox", `${this.centre.x - w / 2} ${this.centre.y - h / 2} ${w} ${h}`);
  }

  /* A point of the screen as a point of the drawing. */
  at(event) {
    const box = this.frame.getBoundingClientRect();
    return {
      x: this.centre.x + (event.clientX - box.left - box.width / 2) / this.scale,
      y: this.centre.y + (event.clientY - box.top - box.height / 2) / this.scale,
    };
  }

  zoom(factor, point = this.centre) {
    const scale = Math.min(NEAREST, Math.max(FARTHEST, this.scale * factor));
    const change = this.scale / scale;
    this.centre = { x: point.x + (this.centre.x - point.x) * change, y: point.y + (this.centre.y - point.y) * change };
    this.scale = scale;
    this.show();
  }

  pan(dx, dy) {
    this.centre = { x: this.centre.x - dx / this.scale, y: this.centre.y - dy / this.scale };
    this.show();
  }

  /* Moves just as far as it takes to see the point. */
  reveal(point) {
    const { width, height } = this.size;
    const [w, h] = [width / this.scale / 2 - 90, height / this.scale / 2 - 40];
    const within = (value, middle, reach) => (reach <= 0 ? value : Math.min(Math.max(middle, value - reach), value + reach));
    this.centre = { x: within(point.x, this.centre.x, w), y: within(point.y, this.centre.y, h) };
    this.show();
  }

  /* The page scrolls as it always does; with Ctrl, or where there is no page around it, the wheel moves the drawing. */
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey && !document.fullscreenElement) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 300), this.at(event));
  }

  down(event) {
    if (event.button !== 0 || event.defaultPrevented) return;
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    if (others.length) {
      const distance = (point) => Math.hypot(point.x - others[0].x, point.y - others[0].y) || 1;
      this.zoom(distance(now) / distance(before), this.at({ clientX: (now.x + others[0].x) / 2, clientY: (now.y + others[0].y) / 2 }));
    } else {
      this.pan(now.x - before.x, now.y - before.y);
    }
    this.pointers.set(event.pointerId, now);
  }
}
