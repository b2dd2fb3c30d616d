"""The places of a map: a drawing of a part of the world, the same as a list, and the ways to other parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot, log10
from urllib.parse import urlencode

from contextualise.repository.reading.choosing import Chosen
from contextualise.repository.reading.places import WORLD, Box, Cell, Placed
from contextualise.web.pages.context_choice import ContextChooser
from contextualise.web.pages.tellings import View, href_of, sign_of
from contextualise.web.pages.topics.links import Addresses, Link

PER_PAGE = 100
COLUMNS = 28  # squares from side to side in which places are gathered
SMALLEST = 0.02  # degrees from side to side of the smallest part that is shown
WIDTH = 1100.0  # pixels of the drawing
OVERLAP = 0.85  # of their radii, at which two signs become one
SHAPE = 0.52  # its height to its width


@dataclass(frozen=True, slots=True)
class Asked(View):
    """What the address asks for; no rectangle is all that the map has places in."""

    box: Box | None = None
    after: int = 0

    def url(self, **changes: object) -> str:
        """The address of the same places with something changed; the list begins anew."""
        asked = replace(self, **{"after": 0, **changes})  # type: ignore[arg-type]  # its own fields
        pairs = asked.pairs()
        if asked.box:
            digits = max(1, 3 - round(log10(asked.box.width)))
            pairs += [(side, f"{getattr(asked.box, side):.{digits}f}") for side in ("west", "south", "east", "north")]
        pairs += [("after", asked.after)] if asked.after else []
        return f"{asked.path}?{urlencode(pairs)}" if pairs else asked.path


@dataclass(frozen=True, slots=True)
class Pin:
    """A place, or several: then `count` says how many, and the address leads closer."""

    x: str
    y: str
    radius: str
    count: str
    label: str
    href: str
    sign: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A place in the list."""

    id: int
    name: str
    where: str
    href: str
    kind: str
    sign: int | None


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """The places of a map; `view` is the part of the world in the units of the outline: degrees east, and south of the equator."""

    url: str
    path: str
    view: str
    pixel: str  # degrees of one pixel, for signs and words
    pins: tuple[Pin, ...]
    lines: tuple[Line, ...]
    next_url: str
    first_url: str
    moves: Mapping[str, str]
    file_url: str
    points_url: str
    everything_url: str
    chips: tuple[Link, ...]
    contexts: ContextChooser
    box: Box | None
    summary: str


def asked_box(west: str, south: str, east: str, north: str) -> Box | None:
    """The rectangle that four numbers name, cut to the world; None for what is none."""
    try:
        sides = [float(side) for side in (west, south, east, north)]
    except ValueError:
        return None
    if not all(-1000 < side < 1000 for side in sides):
        return None
    left, bottom, right, top = max(sides[0], -180.0), max(sides[1], -90.0), min(sides[2], 180.0), min(sides[3], 90.0)
    return shaped(Box(left, bottom, right, top)) if left <= right and bottom <= top else None


def shaped(box: Box) -> Box:
    """A rectangle of the drawing's shape around another one, within the world."""
    width = min(360.0, max(box.width, box.height / SHAPE, SMALLEST))
    height = width * SHAPE
    east, north = (box.west + box.east) / 2, (box.south + box.north) / 2
    west = min(max(east - width / 2, -180.0), 180.0 - width)
    south = north - height / 2 if height >= 180 else min(max(north - height / 2, -90.0), 90.0 - height)
    return Box(west, south, west + width, south + height)


def around(box: Box) -> Box:
    """A rectangle with a little air around another one."""
    air = max(box.width, box.height) * 0.08 + 0.5
    return shaped(Box(max(-180.0, box.west - air), max(-90.0, box.south - air), min(180.0, box.east + air), min(90.0, box.north + air)))


def places_page(
    asked: Asked,
    chosen: Chosen,
    reach: Box | None,
    box: Box | None,
    map_url: str,
    cells: Sequence[Cell],
    singles: Sequence[Placed],
    listed: Sequence[Placed],
) -> PlacesPage:
    """The page's contents; `singles` are the places that lie alone in their square."""
    addresses = Addresses(map_url, asked.context)
    seen = box or WORLD
    shown, more = listed[:PER_PAGE], len(listed) > PER_PAGE
    total = sum(cell.count for cell in cells)
    return PlacesPage(
        url=asked.url(),
        path=asked.path,
        view=f"{seen.west:.5g} {-seen.north:.5g} {seen.width:.5g} {seen.height:.5g}",
        pixel=f"{seen.width / WIDTH:.6g}",
        pins=pins(asked, cells, singles, addresses, seen),
        lines=tuple(
            Line(place.id, name_of(place), _where(place), href_of(place, addresses), place.type_label, sign_of(place)) for place in shown
        ),
        next_url=asked.url(after=shown[-1].id) if more else "",
        first_url=asked.url() if asked.after else "",
        moves=_moves(asked, box, reach),
        file_url=f"{asked.path}.geojson" + asked.url(box=None).removeprefix(asked.path),
        points_url=f"{asked.path}/points" + asked.url(box=None).removeprefix(asked.path),
        everything_url=asked.url(box=None),
        chips=asked.type_chip(chosen),
        contexts=asked.contexts(chosen, map_url),
        box=box,
        summary=f"{total:,} {'place' if total == 1 else 'places'} here".replace(",", "\N{NARROW NO-BREAK SPACE}"),
    )


def pins(asked: Asked, cells: Sequence[Cell], singles: Sequence[Placed], addresses: Addresses, box: Box) -> tuple[Pin, ...]:
    """A sign for each place that lies alone, and one with a number for each group."""
    pixel = box.width / WIDTH
    alone = {place.id: place for place in singles}
    found = []
    for cell in cells:
        place = alone.get(cell.first_id) if cell.count == 1 else None
        x, y = f"{cell.lon:.6g}", f"{-cell.lat:.6g}"
        if place is not None:
            found.append(Pin(x, y, f"{radius_of(1) * pixel:.5g}", "", name_of(place), href_of(place, addresses), sign_of(place)))
        elif cell.count > 1:
            is_point = cell.box.width < SMALLEST / 100 and cell.box.height < SMALLEST / 100
            closer = asked.url(box=shaped(cell.box) if is_point else around_group(cell.box))
            count = str(cell.count) if cell.count < 1000 else f"{cell.count // 1000}k"
            found.append(Pin(x, y, f"{radius_of(cell.count) * pixel:.5g}", count, f"{cell.count} places: come closer", closer, None))
    return tuple(found)


def merged(cells: Sequence[Cell], box: Box) -> list[Cell]:
    """The cells without those whose signs would lie over that of a fuller one: they are counted there. The fullest come first."""
    pixel, reach = box.width / WIDTH, 2 * radius_of(10**9)
    kept: list[Cell] = []
    near: dict[tuple[int, int], list[int]] = {}  # places in `kept`, by squares as wide as the largest sign
    for cell in cells:
        x, y = cell.lon / pixel, cell.lat / pixel
        column, row = int(x // reach), int(y // reach)
        around = (number for dx in (-1, 0, 1) for dy in (-1, 0, 1) for number in near.get((column + dx, row + dy), ()))
        over = next((number for number in around if _touch(cell, kept[number], pixel)), None)
        if over is None:
            near.setdefault((column, row), []).append(len(kept))
            kept.append(cell)
        else:
            kept[over] = _joined(kept[over], cell)
    return kept


def radius_of(count: int) -> float:
    """Pixels of the sign of so many places."""
    return 5 if count == 1 else 9 + 3 * log10(count)


def _touch(one: Cell, other: Cell, pixel: float) -> bool:
    far = hypot(one.lon - other.lon, one.lat - other.lat) / pixel
    return far < OVERLAP * (radius_of(one.count) + radius_of(other.count))


def _joined(one: Cell, other: Cell) -> Cell:
    box = Box(
        min(one.box.west, other.box.west),
        min(one.box.south, other.box.south),
        max(one.box.east, other.box.east),
        max(one.box.north, other.box.north),
    )
    return replace(one, count=one.count + other.count, box=box)


def around_group(box: Box) -> Box:
    """The part of the world that shows a group apart."""
    air = max(box.width, box.height) * 0.15
    return shaped(Box(box.west - air, box.south - air, box.east + air, box.north + air))


def name_of(place: Placed) -> str:
    """What a place is called: its own name with what it is said about, or that alone."""
    return f"{place.title}: {place.topic_label}" if place.title and place.title != place.topic_label else place.topic_label


def _where(place: Placed) -> str:
    north, east = "N" if place.lat >= 0 else "S", "E" if place.lon >= 0 else "W"
    return f"{abs(place.lat):.4f}° {north}, {abs(place.lon):.4f}° {east}"


def _moves(asked: Asked, box: Box | None, everything: Box | None) -> dict[str, str]:
    if box is None or everything is None:
        return {}

    def to(dx: float, dy: float, factor: float = 1.0) -> str:
        x, y = (box.west + box.east) / 2 + dx * box.width, (box.south + box.north) / 2 + dy * box.height
        wide, tall = box.width * factor / 2, box.height * factor / 2
        return asked.url(box=shaped(Box(max(-180.0, x - wide), max(-90.0, y - tall), min(180.0, x + wide), min(90.0, y + tall))))

    moves = {}
    if box.west > -180:
        moves["west"] = to(-0.4, 0)
    if box.north < 90:
        moves["north"] = to(0, 0.4)
    if box.south > -90:
        moves["south"] = to(0, -0.4)
    if box.east < 180:
        moves["east"] = to(0.4, 0)
    if box.width > 2 * SMALLEST:
        moves["closer"] = to(0, 0, 0.5)
    if box.width < 360:
        moves["farther"] = to(0, 0, 2)
    if asked.box is not None:
        moves["everything"] = asked.url(box=None)
    return moves
