"""What the views over a whole map show, written by COPY: dates, places, tags, names in another language, a path, and one topic that
ten thousand others are connected with.
"""

import math
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.lib.values.datatypes import EDTF, GEO
from contextualise.repository.associations import association_sig
from contextualise.repository.copying import copy_rows
from contextualise.repository.names import name_key

CROSSROADS = 10_000  # connections of the topic `crossroads`
PATHS, STEPS = 12, 40
PLACED, DATED, TAGGED, GERMAN = 5, 10, 3, 10  # one topic in so many; of dates three times as many
CITIES = ((41.9, 12.5), (48.85, 2.35), (52.5, 13.4), (40.7, -74.0), (-33.9, 18.4), (35.7, 139.7), (-34.6, -58.4), (19.1, 72.9))

Row = tuple[object, ...]
Table = tuple[str, tuple[str, ...], Iterator[Row]]


class Rich:
    """The rows; ids are counted up from the last one."""

    def __init__(self, map_id: int, first_topic: int, size: int, base: dict[str, int], last_id: int) -> None:
        self.map_id, self.first, self.size, self.base = map_id, first_topic, size, base
        self.next_id = last_id
        self.tags = max(10, min(10_000, size // 100))
        self.connections = min(CROSSROADS, size)
        self.crossroads = self._new()
        self.tag_ids = [self._new() for _ in range(self.tags)]
        self.path_ids = [self._new() for _ in range(min(PATHS, size // STEPS))]
        self.scopes = {theme: self._new() for theme in (base["deu"], *self.path_ids)}
        self.topics = [(self.crossroads, "Crossroads", "crossroads")]
        self.topics += [(tag, f"Tag {number + 1}", f"tag-{number + 1}") for number, tag in enumerate(self.tag_ids)]
        self.topics += [(path, f"Tour {number + 1}", f"tour-{number + 1}") for number, path in enumerate(self.path_ids)]
        self.links = list(self._links())

    def _new(self) -> int:
        self.next_id += 1
        return self.next_id

    def topic(self, number: int) -> int:
        """A topic of the map, around and around."""
        return self.first + number % self.size

    def tables(self) -> Iterator[Table]:
        """Table by table."""
        m, base = self.map_id, self.base
        rows = ((m, number, slug, label, label.lower()) for number, label, slug in self.topics)
        yield "topic", ("map_id", "id", "slug", "label", "sort_key"), rows
        yield "topic_type", ("map_id", "topic_id", "type_id"), ((m, path, base["path"]) for path in self.path_ids)
        yield "scope", ("map_id", "id", "key"), ((m, scope, str(theme)) for theme, scope in self.scopes.items())
        yield "scope_theme", ("map_id", "scope_id", "topic_id"), ((m, scope, theme) for theme, scope in self.scopes.items())
        yield "name", ("map_id", "id", "topic_id", "type_id", "scope_id", "value", "key"), self._names()
        yield "occurrence", ("map_id", "id", "topic_id", "type_id", "scope_id", "datatype", "value", "t_from", "t_to"), self._dates()
        yield "occurrence", ("map_id", "id", "topic_id", "type_id", "scope_id", "datatype", "value", "lat", "lon"), self._places()
        yield "association", ("map_id", "id", "type_id", "scope_id", "sig"), (row for row, _ in self.links)
        columns = ("map_id", "id", "association_id", "type_id", "player_id", "association_type_id", "association_scope_id")
        yield "role", columns, (role for _, roles in self.links for role in roles)

    def _names(self) -> Iterator[Row]:
        kind = self.base["topic-name"]
        for number, label, _ in self.topics:
            yield (self.map_id, self._new(), number, kind, 0, label, name_key(label))
        for number in range(0, self.size, GERMAN):
            value = f"Thema {number + 1}"
            yield (self.map_id, self._new(), self.topic(number), kind, self.scopes[self.base["deu"]], value, name_key(value))

    def _dates(self) -> Iterator[Row]:
        for number in range(self.size):
            if number % DATED > 2:
                continue
            year = round(2020 - 2500 * (number * 0.6180339 % 1) ** 3)
            lasts = number % 30 == 0
            value = f"{year:04d}/{year + number % 90 + 1:04d}" if lasts and year > 0 else f"{year:04d}" if year >= 0 else f"-{-year:04d}"
            end = year + 1 + (number % 90 + 1 if "/" in value else 0)
            kind = self.base["temporal-era" if "/" in value else "temporal-event"]
            scope = self.scopes[self.base["deu"]] if number % 20 == 0 else 0
            yield (self.map_id, self._new(), self.topic(number), kind, scope, EDTF, value, float(year), float(end))

    def _places(self) -> Iterator[Row]:
        for number in range(0, self.size, PLACED):
            lat, lon = CITIES[number // PLACED % len(CITIES)]
            angle, far = number * 2.399963, 18 * (number * 0.7548776 % 1) ** 2
            north, east = round(lat + far * math.sin(angle) / 2, 4), round(lon + far * math.cos(angle), 4)
            place = (GEO, f"geo:{north},{east}", north, east)
            yield (self.map_id, self._new(), self.topic(number), self.base["location"], 0, *place)

    def _links(self) -> Iterator[tuple[Row, list[Row]]]:
        base = self.base
        for number in range(self.connections):
            members = [(base["parent"], self.crossroads), (base["child"], self.topic(number * 7))]
            yield self._association(base["association"] if number % 4 else base["inclusion"], 0, members, number)
        for number in range(0, self.size, TAGGED):
            tag = self.tag_ids[int(self.tags * (number * 0.5698403 % 1) ** 2)]
            yield self._association(base["categorization"], 0, [(base["category"], tag), (base["member"], self.topic(number))], number)
        for tour, path in enumerate(self.path_ids):
            for step in range(STEPS - 1):
                ends = [(base["previous"], self.topic(tour * 101 + step * 13)), (base["next"], self.topic(tour * 101 + step * 13 + 13))]
                yield self._association(base["navigation"], self.scopes[path], ends, 0)

    def _association(self, type_id: int, scope_id: int, members: list[tuple[int, int]], salt: int) -> tuple[Row, list[Row]]:
        number = self._new()
        sig = UUID(int=association_sig(type_id, scope_id, members).int ^ salt)  # a pair may come twice in a small map
        roles: list[Row] = [(self.map_id, self._new(), number, part, player, type_id, scope_id) for part, player in members]
        return (self.map_id, number, type_id, scope_id, sig), roles


async def enrich(session: AsyncSession, map_id: int, first_topic: int, size: int, base: dict[str, int]) -> int:
    """Write all of it, counting ids from the sequence's on; returns how many topics there are more."""
    last = (await session.execute(text("SELECT last_value FROM construct_id"))).scalar_one()
    rich = Rich(map_id, first_topic, size, base, last)
    for table, columns, rows in rich.tables():
        await copy_rows(session, table, columns, rows)
    await session.execute(text("SELECT setval('construct_id', :last)"), {"last": rich.next_id + 1})
    return len(rich.topics)
