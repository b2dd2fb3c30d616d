"""The drawing of a neighbourhood: where every topic stands, and the lines between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from contextualise.domain.neighbourhood import Neighbourhood
from contextualise.lib.ovals import Spot, halves, place
from contextualise.repository.reading.graph import COUNTED, Connection, GroupKey
from contextualise.web.pages.graph.asked import Asked
from contextualise.web.pages.graph.shapes import chord, n, shape_of, shortened, width_of
from contextualise.web.pages.topics.links import SIGNS, Addresses

MARGIN = 40.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A topic of the drawing; addresses are empty for what cannot be done with it."""

    id: int
    x: str
    y: str
    label: str
    label_x: str
    anchor: str
    name: str
    kind: str
    sign: int | None
    shape: str  # what is drawn for the sign, around the origin
    radius: int
    href: str
    is_centre: bool
    hidden: int  # connections that are not drawn
    badge_x: str
    open_url: str
    close_url: str
    hide_url: str
    centre_url: str


@dataclass(frozen=True, slots=True)
class Joint:
    """An association with more than two parts, drawn as a thing of its own."""

    id: int
    x: str
    y: str
    label: str
    label_x: str
    anchor: str
    href: str


@dataclass(frozen=True, slots=True)
class Words:
    """A caption over a group, or how many of it are not drawn, with the address that draws more."""

    x: str
    y: str
    anchor: str
    text: str
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two things; `ends` are their ids."""

    path: str
    title: str
    ends: tuple[int, int]
    is_branch: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that is drawn, with the frame around it."""

    box: str
    width: int
    height: int
    marks: tuple[Mark, ...]
    joints: tuple[Joint, ...]
    captions: tuple[Words, ...]
    further: tuple[Words, ...]
    lines: tuple[Line, ...]


class Draftsman:
    """Draws one neighbourhood."""

    def __init__(self, found: Neighbourhood, asked: Asked, addresses: Addresses) -> None:
        self._found = found
        self._asked = asked
        self._addresses = addresses
        self._adding = asked.adding()
        self._captions: dict[int, GroupKey] = {}
        self._further: dict[int, GroupKey] = {}
        self._children = found.tree
        self._spots = place(found.start.id, *self._sides(), found.tree)

    def draw(self) -> Drawing:
        """The drawing."""
        drawn = self._drawn_connections()
        marks = tuple(self._mark(topic_id, drawn) for topic_id in self._found.topics if topic_id in self._spots)
        left, right, top, bottom = self._frame(marks)
        return Drawing(
            box=f"{n(left)} {n(top)} {n(right - left)} {n(bottom - top)}",
            width=round(right - left),
            height=round(bottom - top),
            marks=marks,
            joints=tuple(self._joint(connection) for connection in self._found.via.values()),
            captions=tuple(self._caption(thing, key) for thing, key in self._captions.items()),
            further=tuple(self._more(thing, key) for thing, key in self._further.items()),
            lines=self._lines(),
        )

    def _sides(self) -> tuple[list[int], list[int]]:
        """The branches of both sides, with a row for the caption of each group and one for what is not drawn of it."""
        found, rows = self._found, -1
        members: dict[GroupKey, list[int]] = {key: [] for key in found.groups if key[0] == found.start.id}
        for child in found.tree.get(found.start.id, ()):
            members[found.found_in[child]].append(child)
        right = set(halves([child for children in members.values() for child in children], found.tree)[0])
        sides: tuple[list[int], list[int]] = ([], [])
        for key, children in members.items():
            parts = [[child for child in children if child in right], [child for child in children if child not in right]]
            last = 1 if parts[1] or (not parts[0] and len(right) < len(found.found_in)) else 0
            for side, part in enumerate(parts):
                more = key in found.more and side == last
                if part or more:
                    self._captions[rows] = key
                    sides[side].extend([rows, *part])
                    rows -= 1
                if more:
                    self._further[rows] = key
                    sides[side].append(rows)
                    rows -= 1
        return sides

    def _drawn_connections(self) -> Mapping[int, int]:
        """How many of each topic's connections are drawn."""
        counts: dict[int, int] = {}
        for connection in self._found.connections:
            for player in {role.player_id for role in connection.roles}:
                counts[player] = counts.get(player, 0) + 1
        return counts

    def _mark(self, topic_id: int, drawn: Mapping[int, int]) -> Mark:
        node, spot, wish = self._found.nodes[topic_id], self._spots[topic_id], self._asked.wish
        is_centre = topic_id == self._found.start.id
        label = shortened(node.name)
        type_id = node.type_ids[0] if node.type_ids else None
        hidden = 0 if is_centre else max(0, node.degree - drawn.get(topic_id, 0))
        followed = self._found.topics[topic_id] < wish.depth or topic_id in wish.opened
        kind = self._found.nodes.get(type_id) if type_id is not None else None
        radius = 9 if is_centre else 4 + min(4, node.degree.bit_length() // 2)
        return Mark(
            id=topic_id,
            x=n(spot.x),
            y=n(spot.y),
            label=label,
            label_x=n(spot.x + spot.side * 13),
            anchor=_ANCHORS[spot.side],
            name=node.name,
            kind=kind.name if kind else "",
            sign=None if type_id is None else type_id % SIGNS,
            shape=shape_of(type_id, radius),
            radius=radius,
            href=self._addresses.topic(node.slug),
            is_centre=is_centre,
            hidden=hidden,
            badge_x=n(spot.x + spot.side * (32 + width_of(label))),
            open_url="" if is_centre or followed or not hidden else f"{self._adding}open={topic_id}",
            close_url=self._asked.closing(topic_id) if topic_id in wish.opened else "",
            hide_url="" if is_centre else f"{self._adding}hide={topic_id}",
            centre_url="" if is_centre else self._addresses.plain_topic(node.slug) + "/graph" + self._addresses.query,
        )

    def _joint(self, connection: Connection) -> Joint:
        spot = self._spots[connection.id]
        return Joint(
            connection.id,
            n(spot.x),
            n(spot.y),
            shortened(self._name(connection.type_id)),
            n(spot.x + spot.side * 13),
            _ANCHORS[spot.side],
            self._addresses.association(connection.id),
        )

    def _caption(self, thing: int, key: GroupKey) -> Words:
        spot, (_, type_id, role_id) = self._spots[thing], key
        text = f"{self._name(type_id)} ({self._name(role_id)})" if role_id != type_id else self._name(type_id)
        return Words(n(spot.x - spot.side * 6), n(spot.y), _ANCHORS[spot.side], shortened(text, 36), "", text)

    def _more(self, thing: int, key: GroupKey) -> Words:
        spot, count = self._spots[thing], self._found.more[key]
        text = f"and {count:,}{'+' if self._found.groups[key].count > COUNTED else ''} more".replace(",", "\N{NARROW NO-BREAK SPACE}")
        url = self._addresses.plain_topic(self._found.start.slug) + f"?group={key[1]}-{key[2]}"
        is_open = key in self._asked.wish.groups
        return Words(
            n(spot.x + spot.side * 13),
            n(spot.y),
            _ANCHORS[spot.side],
            text,
            url if is_open else self._asked.unfolding(key),
            f"{text} of {self._name(key[1])}" + (", as a list" if is_open else ""),
        )

    def _lines(self) -> tuple[Line, ...]:
        """One line for each pair of topics, and one from each association of more than two parts to each of its players."""
        pairs: dict[tuple[int, int], list[str]] = {}
        lines: list[Line] = []
        for connection in self._found.connections:
            players = list(dict.fromkeys(role.player_id for role in connection.roles if role.player_id in self._spots))
            if connection.id in self._found.via:
                for role in connection.roles:
                    if role.player_id in self._spots:
                        title = f"{self._name(role.player_id)}: {self._name(role.type_id)} in {self._name(connection.type_id)}"
                        lines.append(self._line(connection.id, role.player_id, title))
            elif len(players) == 2:
                pair = (min(players), max(players))
                names = pairs.setdefault(pair, [])
                if (name := self._name(connection.type_id)) not in names:
                    names.append(name)
        for (one, other), names in pairs.items():
            lines.append(self._line(one, other, f"{self._name(one)} \N{EN DASH} {', '.join(names)} \N{EN DASH} {self._name(other)}"))
        return tuple(sorted(lines, key=lambda line: line.is_branch))

    def _line(self, one: int, other: int, title: str) -> Line:
        is_branch = other in self._children.get(one, ()) or one in self._children.get(other, ())
        if other not in self._children.get(one, ()) and is_branch:
            one, other = other, one
        first, second = self._spots[one], self._spots[other]
        if is_branch:
            return Line(self._branch(one, first, second), title, (one, other), True)
        return Line(chord(first, second), title, (one, other), False)

    def _branch(self, parent: int, start: Spot, end: Spot) -> str:
        """From a parent, past its label, to the child."""
        node = self._found.nodes.get(parent) if parent not in self._found.via else None
        words = shortened(node.name) if node else shortened(self._name(self._found.via[parent].type_id))
        x = start.x + (end.side * (20 + width_of(words)) if start.side else 0)
        x = x if abs(x) < abs(end.x) else start.x
        middle = (x + end.x) / 2
        return f"M{n(x)} {n(start.y)}C{n(middle)} {n(start.y)} {n(middle)} {n(end.y)} {n(end.x)} {n(end.y)}"

    def _frame(self, marks: tuple[Mark, ...]) -> tuple[float, float, float, float]:
        words = [(float(mark.badge_x), float(mark.y)) for mark in marks] + [(spot.x, spot.y) for spot in self._spots.values()]
        words += [(self._spots[joint].x + self._spots[joint].side * 220, self._spots[joint].y) for joint in self._found.via]
        xs, ys = [x for x, _ in words], [y for _, y in words]
        reach = max(-min(xs), max(xs)) + MARGIN  # the same on both sides: the topic stays in the middle
        tall = max(-min(ys), max(ys)) + MARGIN
        return -reach, reach, -tall, tall

    def _name(self, topic_id: int) -> str:
        node = self._found.nodes.get(topic_id)
        return node.name if node else ""


_ANCHORS = {-1: "end", 0: "middle", 1: "start"}
