"""Draws the outline of the world behind maps of places from the data of world-atlas (Natural Earth), which npm brings.

The units of the drawing are degrees, east and south; its colours come from the page.
"""

import json
from collections.abc import Iterator
from pathlib import Path

SOURCE = "world-atlas/countries-50m.json"
TOLERANCE = 0.1  # degrees by which a line may leave its course
SMALLEST = 0.2  # degrees from end to end of the smallest island that is drawn

Point = tuple[float, float]


def drawing(node_modules: Path) -> str:
    """An SVG with the land and the borders between countries as the element `world`."""
    topology = json.loads((node_modules / SOURCE).read_text())
    arcs = [simplified(arc) for arc in decoded(topology)]
    rings = [shifted for indices in ring_indices(topology["objects"]["land"]) for shifted in whole(ring(arcs, indices))]
    land = "".join(path(points) + "z" for points in rings if size(points) >= SMALLEST)
    borders = "".join(path(arcs[index]) for index in sorted(shared_arcs(topology["objects"]["countries"])))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"><g id="world" transform="scale(.05)">'
        f'<path fill="var(--map-land, #ddd)" fill-rule="evenodd" d="{land}"/>'
        '<path fill="none" stroke="var(--map-border, #fff)" stroke-width="1" vector-effect="non-scaling-stroke" '
        f'd="{borders}"/></g></svg>\n'
    )


def decoded(topology: dict[str, object]) -> Iterator[list[Point]]:
    """The arcs in degrees (TopoJSON, 2.1.3: they are kept as steps of a grid)."""
    transform = topology["transform"]
    (east, south), (left, top) = transform["scale"], transform["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * east + left, -(y * south + top)))
        yield points


def simplified(points: list[Point]) -> list[Point]:
    """The line with no more points than it needs (Douglas and Peucker); its ends stay."""
    kept = {0, len(points) - 1}
    stretches = [(0, len(points) - 1)]
    while stretches:
        first, last = stretches.pop()
        furthest, index = 0.0, 0
        for at in range(first + 1, last):
            distance = aside(points[at], points[first], points[last])
            if distance > furthest:
                furthest, index = distance, at
        if furthest > TOLERANCE:
            kept.add(index)
            stretches += [(first, index), (index, last)]
    return [points[at] for at in sorted(kept)]


def aside(point: Point, start: Point, end: Point) -> float:
    (x, y), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length))
    return ((x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2) ** 0.5


def ring_indices(geometry: dict[str, object]) -> Iterator[list[int]]:
    match geometry["type"]:
        case "GeometryCollection":
            for each in geometry["geometries"]:
                yield from ring_indices(each)
        case "Polygon":
            yield from geometry["arcs"]
        case "MultiPolygon":
            for polygon in geometry["arcs"]:
                yield from polygon


def ring(arcs: list[list[Point]], indices: list[int]) -> list[Point]:
    points: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def whole(points: list[Point]) -> Iterator[list[Point]]:
    """The ring without leaps from one edge of the drawing to the other.

    One that crosses the 180th meridian comes twice, once for each edge. Only the edge along the South Pole really goes all the way.
    """
    turn = 0.0
    unrolled = [points[0]]
    for (x, south), (before, _) in zip(points[1:], points, strict=False):
        if abs(x - before) > 180 and south < 85:
            turn += 360.0 if x < before else -360.0
        unrolled.append((x + turn, south))
    yield unrolled
    edges = min(x for x, _ in unrolled), max(x for x, _ in unrolled)
    if edges[0] < -180.5:
        yield [(x + 360, south) for x, south in unrolled]
    if edges[1] > 180.5:
        yield [(x - 360, south) for x, south in unrolled]


def shared_arcs(geometry: dict[str, object]) -> set[int]:
    """The arcs between two countries."""
    seen: set[int] = set()
    shared: set[int] = set()
    for country in geometry["geometries"]:
        own = {index if index >= 0 else ~index for indices in ring_indices(country) for index in indices}
        shared |= own & seen
        seen |= own
    return shared


def size(points: list[Point]) -> float:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def path(points: list[Point]) -> str:
    """The line in twentieths of a degree, each step relative to the one before, in as few characters as SVG allows."""
    steps = []
    x = y = 0
    for east, south in points:
        to_x, to_y = round(east * 20), round(south * 20)
        if steps and (to_x, to_y) == (x, y):
            continue
        steps.append(f"{to_x - x} {to_y - y}")
        x, y = to_x, to_y
    return "M" + steps[0] + ("l" + " ".join(steps[1:]).replace(" -", "-") if len(steps) > 1 else "")
