"""Maps of a given size, written by COPY: four associations, one text and three links to a topic, one topic with 200 associations, and
what the views over a whole map show.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from contextualise.domain.base_topics import base_ids
from contextualise.domain.maps import check_fields, create_map, publish_map
from contextualise.lib.markdown import render
from contextualise.repository.associations import association_sig
from contextualise.repository.copying import copy_rows
from contextualise.repository.database import Database
from contextualise.repository.names import name_key
from tests.bench.richness import enrich

TEXTS = 1_000
TEXT_BYTES = 1_500
HUB_ASSOCIATIONS = 200
TYPES = 12
FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
TIDIED = ("topic", "topic_type", "name", "occurrence", "association", "role", "content", "content_link", "identifier", "scope_theme")
MARKDOWN = "https://www.iana.org/assignments/media-types/text/markdown"
ANY_URI = "http://www.w3.org/2001/XMLSchema#anyURI"
# fmt: off
WORDS = (
    "river", "valley", "mountain", "harbour", "bridge", "council", "charter", "harvest", "market", "guild", "letter",
    "journey", "winter", "spring", "archive", "painter", "organ", "library", "garden", "printing", "treaty", "captain",
    "weaver", "orchard", "monastery", "copper", "salt", "amber", "silver", "treatise", "comet", "observatory", "lantern",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Seeded:
    """A seeded map: topics are `topic-1` to `topic-<size>`, and `hub`."""

    map_id: int
    path: str
    size: int


async def seed(database: Database, owner_id: int, size: int) -> Seeded:
    """Make the map. Foreign keys are put aside meanwhile and back unchecked: the rows are right by construction."""
    async with database.writing() as session:
        map_id = await create_map(session, owner_id, check_fields(title=f"Bench {size}"))
        await publish_map(session, map_id, owner_id)
        base = await base_ids(session, map_id)
        keys = (await session.execute(text(FOREIGN_KEYS))).all()
        for table, name, _ in keys:
            await session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        first = (await session.execute(text("SELECT nextval('construct_id')"))).scalar_one()
        numbers = Numbers(map_id, first, size)
        for table, columns, rows in tables(numbers, dict(base)):
            await copy_rows(session, table, columns, rows)
        await session.execute(text("SELECT setval('construct_id', :last)"), {"last": numbers.end})
        more = await enrich(session, map_id, numbers.topic(1), size, dict(base))
        await session.execute(text("UPDATE map SET topic_count = :count WHERE id = :id"), {"count": size + 1 + TYPES + more, "id": map_id})
        for table, name, definition in keys:
            await session.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID"))
    await tidy(database)
    return Seeded(map_id, f"/maps/{map_id}-bench-{size}", size)


async def tidy(database: Database) -> None:
    """What autovacuum would have done after a while: statistics, and visibility for index-only scans."""
    async with database.reading() as connection:
        for table in TIDIED:
            await connection.execute(text(f"VACUUM (ANALYZE) {table}"))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Who has which construct id: types and hub first, then topics, then statements."""

    map_id: int
    first: int
    size: int

    def type(self, number: int) -> int:
        return self.first + 1 + number % TYPES

    @property
    def hub(self) -> int:
        return self.first + 1 + TYPES

    def topic(self, number: int) -> int:
        """Topic 1 is the first."""
        return self.hub + number

    @property
    def names(self) -> int:
        return self.hub + self.size + 1

    @property
    def occurrences(self) -> int:
        return self.names + self.size + TYPES + 2

    @property
    def associations(self) -> int:
        return self.occurrences + 4 * self.size + 8

    @property
    def roles(self) -> int:
        return self.associations + 2 * self.size + HUB_ASSOCIATIONS + 1

    @property
    def end(self) -> int:
        return self.roles + 2 * (2 * self.size + HUB_ASSOCIATIONS) + 10


def tables(n: Numbers, base: dict[str, int]) -> Iterator[tuple[str, tuple[str, ...], Iterator[tuple[object, ...]]]]:
    """The rows of the map, table by table."""
    texts = [make_text(number, n.size) for number in range(TEXTS)]
    yield "topic", ("map_id", "id", "slug", "label", "sort_key"), topics(n)
    yield "topic_type", ("map_id", "topic_id", "type_id"), ((n.map_id, n.topic(i), n.type(i)) for i in range(1, n.size + 1))
    yield "name", ("map_id", "id", "topic_id", "type_id", "value", "key"), names(n, base["topic-name"])
    yield "content", ("map_id", "sha256", "media_type", "bytes", "html", "plain"), contents(n, texts)
    columns = ("map_id", "sha256", "position", "target", "key", "slug", "topic_id")
    yield "content_link", columns, links(n, texts)
    columns = ("map_id", "id", "topic_id", "type_id", "datatype", "value", "sha256", "title", "position")
    yield "occurrence", columns, occurrences(n, base, [hashlib.sha256(source.encode()).digest() for source in texts])
    pairs = list(association_pairs(n))
    yield "association", ("map_id", "id", "type_id", "sig"), associations(n, base, pairs)
    columns = ("map_id", "id", "association_id", "type_id", "player_id", "association_type_id", "association_scope_id")
    yield "role", columns, roles(n, base, pairs)


def label(number: int) -> str:
    return f"{WORDS[number % len(WORDS)].title()} {WORDS[number * 7 % len(WORDS)]} {number}"


def topics(n: Numbers) -> Iterator[tuple[object, ...]]:
    for number in range(TYPES):
        yield (n.map_id, n.type(number), f"kind-{number + 1}", f"Kind {number + 1}", f"kind {number + 1}")
    yield (n.map_id, n.hub, "hub", "Hub", "hub")
    for number in range(1, n.size + 1):
        name = label(number)
        yield (n.map_id, n.topic(number), f"topic-{number}", name, name.lower())


def names(n: Numbers, name_type: int) -> Iterator[tuple[object, ...]]:
    for number in range(TYPES):
        yield (n.map_id, n.names + n.size + number + 1, n.type(number), name_type, f"Kind {number + 1}", f"kind {number + 1}")
    yield (n.map_id, n.names + n.size + TYPES + 1, n.hub, name_type, "Hub", "hub")
    for number in range(1, n.size + 1):
        name = label(number)
        yield (n.map_id, n.names + number, n.topic(number), name_type, name, name_key(name))


def make_text(number: int, size: int) -> str:
    """Markdown of about 1.5 kB with a list, an emphasis and two links to topics."""
    chance = random.Random(number)
    parts = [f"About **{label(number)}** and [[{label(1 + number % size)}]], see also [[{label(1 + number * 31 % size)}]].\n"]
    while sum(map(len, parts)) < TEXT_BYTES:
        words = " ".join(chance.choice(WORDS) for _ in range(chance.randint(8, 18)))
        parts.append(f"- {words.capitalize()}\n" if chance.random() < 0.2 else f"{words.capitalize()}. ")
        if chance.random() < 0.15:
            parts.append("\n\n")
    return "".join(parts)


def contents(n: Numbers, texts: list[str]) -> Iterator[tuple[object, ...]]:
    for source in texts:
        data = source.encode()
        rendered = render(source)
        yield (n.map_id, hashlib.sha256(data).digest(), "text/markdown", len(data), rendered.html, rendered.plain)


def links(n: Numbers, texts: list[str]) -> Iterator[tuple[object, ...]]:
    for number, source in enumerate(texts):
        digest = hashlib.sha256(source.encode()).digest()
        for position, target in enumerate((1 + number % n.size, 1 + number * 31 % n.size)):
            name = label(target)
            if position == 0 or name != label(1 + number % n.size):
                yield (n.map_id, digest, position, name, name_key(name), name_key(name).replace(" ", "-"), n.topic(target))


def occurrences(n: Numbers, base: dict[str, int], digests: list[bytes]) -> Iterator[tuple[object, ...]]:
    identity = n.occurrences
    for number in range(n.size + 1):
        topic_id = n.hub if number == 0 else n.topic(number)
        digest = digests[number % TEXTS]
        yield (n.map_id, identity, topic_id, base["text"], MARKDOWN, f"sha256:{digest.hex()}", digest, None, 0)
        identity += 1
        for link in range(3):
            address = f"https://example.org/{number}/{link}"
            yield (n.map_id, identity, topic_id, base["url"], ANY_URI, address, None, f"Source {link + 1} on {label(number)}", link)
            identity += 1


def association_pairs(n: Numbers) -> Iterator[tuple[int, int]]:
    """Two new associations from each topic, so that each plays in four on average; then those of the hub."""
    chance = random.Random(7)
    for number in range(1, n.size + 1):
        for step in (1, 2):
            other = 1 + (number + step * chance.randint(1, max(1, n.size // 3))) % n.size
            yield n.topic(number), n.topic(other if other != number else 1 + number % n.size)
    for number in range(HUB_ASSOCIATIONS):
        yield n.hub, n.topic(1 + number * 5 % n.size)


def associations(n: Numbers, base: dict[str, int], pairs: list[tuple[int, int]]) -> Iterator[tuple[object, ...]]:
    for number, (one, other) in enumerate(pairs):
        type_id = n.type(number)
        sig: UUID = association_sig(type_id, 0, [(base["parent"], one), (base["child"], other)])
        # Chance may pair the same two topics twice; the number keeps such rows apart, which no reader of pages can see.
        yield (n.map_id, n.associations + number, type_id, UUID(int=sig.int ^ number))


def roles(n: Numbers, base: dict[str, int], pairs: list[tuple[int, int]]) -> Iterator[tuple[object, ...]]:
    for number, (one, other) in enumerate(pairs):
        association_id, type_id = n.associations + number, n.type(number)
        yield (n.map_id, n.roles + 2 * number, association_id, base["parent"], one, type_id, 0)
        yield (n.map_id, n.roles + 2 * number + 1, association_id, base["child"], other, type_id, 0)
