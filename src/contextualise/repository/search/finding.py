"""Finds topics for a question, the likeliest first, within a budget of time.

Each statement reads one kind of place: names as they are written, words of names, values and titles, texts, names that resemble it. The
first is a short reading of an index and always runs; the others share the time that is left, so that on a map of a million topics a word
that stands everywhere costs its share and no more, and the answer says that there may be more.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.lib.spelling import slips
from contextualise.repository.reading.raw import Statement
from contextualise.repository.search import statements
from contextualise.repository.search.ground import CATEGORIZATION, CATEGORY, MEMBER, Ground
from contextualise.repository.search.limits import AS_BEFORE, LIMITS
from contextualise.repository.search.query import LONGEST, Query, meaning, quoted
from contextualise.repository.search.statements import COUNTED, KINDS, Shape

PATIENCE = 0.5  # seconds for everything but the first statement; on a million topics most questions take a tenth of it
PATIENCE_RESEMBLING = 0.1  # seconds for names that resemble it, which a large map has very many of
LONG_PATIENCE = 3.0  # for somebody who asked to look longer
FEW = 8  # statements; with fewer, slips are looked for
SCARCE, MOST_SPREAD, SPREAD = 5, 4, 9  # results with which words are looked for apart, how many words, and the tier of that
ROWS_SPREAD = 300  # of each kind of place for each of those words
LEAST = 60  # rows of each kind of place, even where names alone are plenty
SHORTEST_RESEMBLING = 3
LONGEST_RESEMBLING = 60
ANY_URI = "http://www.w3.org/2001/XMLSchema#anyURI"
END_OF_TEXT = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that matched; `id` is None where the topic itself did, by its address or an identifier. Lower tiers come first."""

    map_id: int
    topic_id: int
    id: int | None
    tier: int
    weight: float
    kind: str
    scope_id: int
    is_base: bool
    is_hidden: bool


@dataclass(slots=True)
class Match:
    """A topic with the statements of it that matched, the best first."""

    map_id: int
    topic_id: int
    is_base: bool
    is_hidden: bool
    hits: list[Hit] = field(default_factory=list)

    @property
    def order(self) -> tuple[bool, int, float, int, int]:
        """Where it comes among others: what every map has comes last, ties are settled by age."""
        best = self.hits[0]
        return (self.is_base and best.tier > 0, best.tier, best.weight, self.map_id, self.topic_id)


@dataclass(frozen=True, slots=True)
class Found:
    """Topics in their order; `is_cut` when the time was up before all was looked at, `is_full` when a bound was reached."""

    matches: Sequence[Match]
    is_cut: bool
    is_full: bool
    nearest: Sequence[Match] = ()  # topics with names that resemble the question, where nothing has all of its words


async def find(
    connection: AsyncConnection,
    query: Query,
    ground: Ground,
    maps: Sequence[int],
    *,
    slug: str,
    iris: Sequence[str],
    kinds: Collection[str] = KINDS,
    patience: float = PATIENCE,
) -> Found:
    """The topics that match; none for an empty question."""
    search = _Search(connection, query, ground, maps, slug=slug, iris=iris, patience=patience)
    return await search.run(kinds) if query.terms and maps else Found([], is_cut=False, is_full=False)


class _Search:
    """One search on its way."""

    def __init__(
        self,
        connection: AsyncConnection,
        query: Query,
        ground: Ground,
        maps: Sequence[int],
        slug: str,
        iris: Sequence[str],
        patience: float,
    ) -> None:
        self.connection, self.query, self.ground = connection, query, ground
        self.shape = Shape(
            many=len(maps) > 1,
            typed=ground.type is not None,
            tagged=ground.tag is not None,
            scoped=ground.scopes is not None,
        )
        self.values = _values(query, ground, maps, slug, iris)
        self.exact = query.tsquery({}, ground.idle, shortest=LONGEST + 1)
        self.broad = query.tsquery(ground.forms, ground.idle)
        self.broad_said = query.tsquery(ground.forms, ground.idle, shortest=SHORTEST_RESEMBLING)
        self.deadline = time.monotonic() + patience
        self.matches: dict[tuple[int, int], Match] = {}
        self.is_cut = self.is_full = self.are_words = False

    async def run(self, kinds: Collection[str]) -> Found:
        """All places in turn."""
        names = "name" in kinds
        if names and self.query.is_plain:
            self._take(await statements.named(self.shape).rows(self.connection, self.values))
        try:
            if names:
                await self._words(statements.names_with_words, 2, self.broad)
            places = [
                (statements.said, 5, {"attribute", "link", "file"}),
                (statements.texts, 7, {"text", "note"}),
            ]
            wanted = [(build, tier) for build, tier, those in places if those & set(kinds)]
            for build, tier in wanted:
                await self._look(build, query=self.exact, tier=tier, most=self._most())
            # Beginnings and other forms of words that stand everywhere take longest, and nobody needs them beside a thousand results.
            if self.broad_said != self.exact and not self.is_full:
                for build, tier in wanted:
                    await self._look(build, query=self.broad_said, tier=tier + 1, most=self._most())
            await self._spread([*([statements.names_with_words, statements.of_types] if names else []), *(build for build, _ in wanted)])
            if names and self._wants_resembling():
                await self._resembling()
        finally:
            await AS_BEFORE.rows(self.connection, {})
        for match in self.matches.values():
            match.hits = _best(match.hits, kinds)
        matches = sorted((match for match in self.matches.values() if match.hits), key=lambda match: match.order)
        return Found(matches[:COUNTED], self.is_cut, self.is_full or len(matches) > COUNTED)

    async def _spread(self, places: Sequence[Callable[[Shape], Statement]]) -> None:
        """Topics that have each word somewhere, though no one statement has them all: in a name, a text, the name of a type."""
        # The longest words first: they are the rarest, and one that stands nowhere ends it.
        asked = sorted(self.query.each(self.ground.forms, self.ground.idle), key=len, reverse=True)
        if not self.query.is_plain or len(self.matches) >= SCARCE or not 2 <= len(asked) <= MOST_SPREAD:
            return
        found: list[dict[tuple[object, object], list[Sequence[object]]]] = []
        for query in asked:
            topics: dict[tuple[object, object], list[Sequence[object]]] = {}
            for build in places:
                for row in await self._rows(build, query=query, tier=SPREAD, most=ROWS_SPREAD, scans="off"):
                    topics.setdefault((row[0], row[1]), []).append(row)
            if not topics:
                return
            found.append(topics)
        everywhere = set.intersection(*(set(topics) for topics in found)) - set(self.matches)
        self._take([row for topics in found for key in everywhere for row in topics[key]])

    def _wants_resembling(self) -> bool:
        """Only where little has the words, and no name is exactly it."""
        tiers = [hit.tier for match in self.matches.values() for hit in match.hits]
        return self.query.is_plain and len(self.query.key) >= SHORTEST_RESEMBLING and len(tiers) < FEW and 0 not in tiers

    async def _resembling(self) -> None:
        """What differs by a few slips: by one first, as those words are found quickly in the largest map."""
        ways = self.query.slips()
        if ways:
            if (meant := await self._meant("name", ways)) and self._compared(await self._rows(statements.names_meant, query=meant)):
                return
            if not self.matches and (meant := await self._meant("occurrence", ways)):
                await self._look(statements.said, query=meant, tier=6, most=LEAST)
            if not self.matches and (meant := await self._meant("content", ways)):
                await self._look(statements.texts, query=meant, tier=8, most=LEAST)
        # Words that all stand somewhere are no slips, even where nothing has all of them.
        if not self.matches and not self.are_words and len(self.query.key) <= LONGEST_RESEMBLING:
            self.deadline = min(self.deadline, time.monotonic() + PATIENCE_RESEMBLING)
            self._compared(await self._rows(statements.names_resembling))

    async def _meant(self, place: str, ways: Mapping[str, Collection[str]]) -> str:
        """The question with words that stand in such places, for each word those that may have been meant; "" where one has none."""
        rows = await self._rows(lambda _: statements.WORDS_THERE[place], ways=quoted(ways), scans="off")
        there = [str(row[0]) for row in rows]
        self.are_words = self.are_words or all(f"'{word}'" in there for word in ways)
        return meaning(ways, there)

    def _compared(self, rows: Sequence[Sequence[object]]) -> int:
        """Take the names that so few slips turn into what was typed that they may have been meant; returns how many."""
        meant = []
        for *row, key in rows:
            count = slips(self.query.key, str(key))
            if count is not None:
                meant.append([*row[:4], count + len(str(key)) / 1000, *row[5:]])
        return self._take(meant)

    async def _words(self, build: Callable[[Shape], Statement], tier: int, broad: str) -> None:
        """The very words first; then, if that is not plenty, words that begin so and other forms of them."""
        most = self._most()
        found = await self._look(build, query=self.exact, tier=tier, most=most)
        if broad != self.exact and found < most:
            await self._look(build, query=broad, tier=tier + 1, most=most)

    def _most(self) -> int:
        """How many rows are of use beside those that are there."""
        return max(LEAST, COUNTED + 1 - len(self.matches))

    async def _look(self, build: Callable[[Shape], Statement], *, query: str, tier: int, most: int) -> int:
        """Take what a statement finds; returns how many rows that are."""
        return self._take(await self._rows(build, query=query, tier=tier, most=most), most)

    async def _rows(self, build: Callable[[Shape], Statement], *, scans: str = "on", **more: object) -> Sequence[Sequence[object]]:
        """What a statement finds in the time that is left."""
        left = int((self.deadline - time.monotonic()) * 1000)
        if left <= 0:
            self.is_cut = True
            return []
        try:
            await LIMITS.rows(self.connection, {"milliseconds": str(left), "scans": scans})
            return await build(self.shape).rows(self.connection, {**self.values, **more})
        except DBAPIError as error:
            if not isinstance(error.orig, QueryCanceled):
                raise
            # What was found so far is worth more than a late answer.
            self.is_cut = True
            return []

    def _take(self, rows: Sequence[Sequence[object]], most: int = COUNTED + 1) -> int:
        self.is_full = self.is_full or len(rows) >= most
        for row in rows:
            hit = Hit(*row)  # type: ignore[arg-type]  # the columns of the statements are its fields
            match = self.matches.get((hit.map_id, hit.topic_id))
            if match is None:
                match = self.matches[hit.map_id, hit.topic_id] = Match(hit.map_id, hit.topic_id, hit.is_base, hit.is_hidden)
            match.hits.append(hit)
        return len(rows)


def _best(hits: Sequence[Hit], kinds: Collection[str]) -> list[Hit]:
    """The statements in their order, each once: one that has the very words was found by their beginnings as well."""
    ordered = sorted((hit for hit in hits if hit.kind in kinds), key=lambda hit: (hit.tier, hit.weight))
    return list({hit.id: hit for hit in reversed(ordered)}.values())[::-1]


def _values(query: Query, ground: Ground, maps: Sequence[int], slug: str, iris: Sequence[str]) -> Mapping[str, object]:
    return {
        "maps": list(maps),
        "map_id": maps[0] if maps else 0,
        "key": query.key,
        "end": after(query.key),
        "slug": slug,
        "iris": list(iris),
        "link": ANY_URI,
        "closed": list(ground.closed),
        "notes": list(ground.notes),
        "type_id": ground.type.id if ground.type else 0,
        "tag_id": ground.tag.id if ground.tag else 0,
        "categorization": ground.base.get(CATEGORIZATION, 0),
        "member": ground.base.get(MEMBER, 0),
        "category": ground.base.get(CATEGORY, 0),
        "scopes": list(ground.scopes or ()),
    }


def after(key: str) -> str:
    """The least text that comes after all that begin with the key, in the order of code points."""
    for at in range(len(key) - 1, -1, -1):
        following = ord(key[at]) + 1
        if following == 0xD800:
            following = 0xE000  # there are no characters in between
        if following <= 0x10FFFF:
            return key[:at] + chr(following)
    return END_OF_TEXT * 200
