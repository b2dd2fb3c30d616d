/* Places by what is connected: forces pull along the lines and push labels apart, until they rest. The library comes when it is wanted. */

const PARTS = ["d3-dispatch", "d3-quadtree", "d3-timer", "d3-force"];
const TICKS = 260;
let loading = null;

function load() {
  loading ??= PARTS.reduce(
    (before, name) =>
      before.then(
        () =>
          new Promise((resolve, reject) => {
            const script = document.createElement("script");
            script.src = new URL(`../../vendor/d3/${name}.min.js`, import.meta.url).href;
            script.onload = resolve;
            script.onerror = reject;
            document.head.append(script);
          }),
      ),
    Promise.resolve(),
  );
  return loading;
}

/* New places of all topics but those that a person has put somewhere. */
export async function spread(things, pinned) {
  await load();
  const { d3 } = globalThis;
  const nodes = [...things.topics.values()].map(({ id, x, y, near, element }) => ({
    id,
    x,
    y,
    pull: near.size,
    ...(pinned.has(id) || element.classList.contains("graph__topic--centre") ? { fx: x, fy: y } : {}),
  }));
  const links = things.lines.map(({ one, other }) => ({ source: one.id, target: other.id }));
  const simulation = d3
    .forceSimulation(nodes)
    .force("link", d3.forceLink(links).id(({ id }) => id).distance(110))
    .force("charge", d3.forceManyBody().strength(-420).distanceMax(700))
    .force("x", d3.forceX().strength(0.03))
    .force("y", d3.forceY().strength(0.06))
    .force("room", d3.forceCollide(34))
    .stop();
  simulation.tick(TICKS);
  return new Map(nodes.map(({ id, x, y }) => [id, { x, y }]));
}
