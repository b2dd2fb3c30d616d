/* The topics and lines of a drawing: where they are, which are near each other, moving them. */

export class Things {
  constructor(drawing) {
    this.drawing = drawing;
    this.topics = new Map();
    for (const element of drawing.querySelectorAll("[data-topic]")) {
      const home = { x: Number(element.dataset.x), y: Number(element.dataset.y) };
      this.topics.set(element.dataset.topic, { id: element.dataset.topic, element, home, ...home, near: new Set() });
    }
    this.lines = [];
    for (const element of drawing.querySelectorAll("path[data-ends]")) {
      const [one, other] = element.dataset.ends.split(" ").map((id) => this.topics.get(id));
      if (!one || !other) continue;
      one.near.add(other);
      other.near.add(one);
      this.lines.push({ element, one, other, home: element.getAttribute("d") });
    }
  }

  of(node) {
    return this.topics.get(node?.closest?.("[data-topic]")?.dataset.topic);
  }

  /* Puts topics elsewhere; lines that follow them become straight. */
  place(positions) {
    for (const [id, point] of positions) {
      const topic = this.topics.get(id);
      if (!topic) continue;
      [topic.x, topic.y] = [point.x, point.y];
      const [dx, dy] = [point.x - topic.home.x, point.y - topic.home.y];
      if (dx || dy) topic.element.setAttribute("transform", `translate(${dx.toFixed(1)} ${dy.toFixed(1)})`);
      else topic.element.removeAttribute("transform");
    }
    for (const { element, one, other, home } of this.lines) {
      const isHome = [one, other].every((topic) => topic.x === topic.home.x && topic.y === topic.home.y);
      element.setAttribute("d", isHome ? home : `M${one.x.toFixed(1)} ${one.y.toFixed(1)}L${other.x.toFixed(1)} ${other.y.toFixed(1)}`);
    }
  }

  /* Everything but a topic and its neighbours steps back; nothing stands out for no topic. */
  lookAt(topic) {
    this.drawing.classList.toggle("is-looked-at", Boolean(topic));
    for (const other of this.topics.values()) other.element.classList.toggle("is-near", other === topic || Boolean(topic?.near.has(other)));
    for (const { element, one, other } of this.lines) element.classList.toggle("is-near", one === topic || other === topic);
  }

  /* The nearest topic in a direction: a neighbour if there is one there, else any. */
  towards(topic, dx, dy) {
    const distance = (other) => {
      const along = (other.x - topic.x) * dx + (other.y - topic.y) * dy;
      const across = Math.abs((other.x - topic.x) * dy) + Math.abs((other.y - topic.y) * dx);
      return along <= 1 ? Infinity : along + 2 * across;
    };
    const nearest = (candidates) => {
      const sorted = [...candidates].filter((other) => other !== topic && distance(other) < Infinity);
      return sorted.sort((one, other) => distance(one) - distance(other))[0];
    };
    return nearest(topic.near) ?? nearest(this.topics.values());
  }

  bounds() {
    const points = [...this.topics.values()];
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
    const [left, top] = [Math.min(...xs) - 160, Math.min(...ys) - 50];
    return { x: left, y: top, width: Math.max(...xs) + 160 - left, height: Math.max(...ys) + 50 - top };
  }
}
