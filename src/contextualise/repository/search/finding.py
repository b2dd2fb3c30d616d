"""Finds topics for a question, the likeliest first, within a budget of time.

Each statement reads one kind of place: names as they are written, words of names, values and titles, texts, names that resemble it. The
first is a short reading of an index and always runs; the others share the time that is left, so that on a map of a million topics a word
that stands everywhere costs its share and no more, and the answer says that there may be more.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.lib.spelling import slips
from contextualise.repository.reading.raw import Statement
from contextualise.repository.search import statements
from contextualise.repository.search.ground import CATEGORIZATION, CATEGORY, MEMBER, Ground
from contextualise.repository.search.hits import AFTER_TEXTS, RESEMBLING, TEXTS, Found, Hit, Match
from contextualise.repository.search.limits import AS_BEFORE, LIMITS
from contextualise.repository.search.query import LONGEST, Query, meaning, quoted
from contextualise.repository.search.statements import COUNTED, KINDS, Shape

PATIENCE = 0.5  # seconds for everything but the first statement; on a million topics most questions take a tenth of it
SHARE_RESEMBLING = 0.2  # of that time for names that resemble it, which a large map has very many of
LONG_PATIENCE = 3.0  # for somebody who asked to look longer
FEW = 8  # statements; with fewer, slips are looked for
SCARCE, MOST_SPREAD, SPREAD = 5, 4, 9  # results with which words are looked for apart, how many words, and the tier of that
ROWS_SPREAD = 300  # of each kind of place for each of those words
NARROW, ROWS_NARROW = 30, 100  # topics with a rare word, among which the other words are looked for, and what is read for them
LEAST = 60  # rows of each kind of place, even where names alone are plenty
SHORTEST_RESEMBLING = 3
LONGEST_RESEMBLING = 60
ANY_URI = "http://www.w3.org/2001/XMLSchema#anyURI"
END_OF_TEXT = "\U0010ffff"


Row = Sequence[object]
Topics = dict[tuple[object, object], list[Row]]
Build = Callable[[Shape], Statement]


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
        self.patience = patience
        self.deadline = time.monotonic() + patience
        self.matches: dict[tuple[int, int], Match] = {}
        self.common: Collection[str] = ()
        self.limit: tuple[int, str] = (0, "")  # milliseconds and scans as they are set
        self.is_cut = self.is_full = self.are_words = False

    async def run(self, kinds: Collection[str]) -> Found:
        """All places in turn."""
        names = "name" in kinds
        if names and self.query.is_plain:
            self._take(await statements.named(self.shape).rows(self.connection, self.values))
        places = [
            (statements.said, TEXTS, {"attribute", "link", "file"}),
            (statements.texts, TEXTS + 2, {"text", "note"}),
        ]
        wanted = [(build, tier) for build, tier, those in places if those & set(kinds)]
        try:
            await self._words(wanted, names=names)
            if names and self._wants_resembling():
                await self._resembling()
        finally:
            await AS_BEFORE.rows(self.connection, {})
        for match in self.matches.values():
            match.hits = _best(match.hits, kinds)
        matches = sorted((match for match in self.matches.values() if match.hits), key=lambda match: match.order)
        return Found(matches[:COUNTED], self.is_cut, self.is_full or len(matches) > COUNTED)

    async def _words(self, wanted: Sequence[tuple[Build, int]], *, names: bool) -> None:
        """What has the words: the very words first; then, if that is not plenty, words that begin so and other forms of them."""
        everywhere = [*([statements.names_with_words, statements.of_types] if names else []), *(build for build, _ in wanted)]
        whole, asked = self.shape, await self._rarest_first()
        most = self._most()
        found = await self._look(statements.names_with_words, query=self.exact, tier=2, most=most) if names else 0
        rare = await self._narrow(asked, everywhere)
        if names and self.broad != self.exact and found < most:
            await self._look(statements.names_with_words, query=self.broad, tier=3, most=most)
        for build, tier in wanted:
            await self._look(build, query=self.exact, tier=tier, most=self._most())
        # Beginnings and other forms of words that stand everywhere take longest, and nobody needs them beside a thousand results.
        if self.broad_said != self.exact and not self.is_full:
            for build, tier in wanted:
                await self._look(build, query=self.broad_said, tier=tier + 1, most=self._most())
        if asked and len(self.matches) < SCARCE:
            await self._spread(asked, everywhere, rare)
        self.shape = whole

    async def _rarest_first(self) -> Mapping[str, str]:
        """Questions for each of several words, those for rare and long words first; none where the words are one, or very many."""
        each = self.query.each(self.ground.forms, self.ground.idle)
        if not self.query.is_plain or not 2 <= len(each) <= MOST_SPREAD:
            return {}
        self.common = {str(row[0]) for row in await self._rows(lambda _: statements.COMMON, words=list(each))}
        return {word: each[word] for word in sorted(each, key=lambda word: (word in self.common, -len(word)))}

    async def _narrow(self, asked: Mapping[str, str], places: Sequence[Build]) -> Topics | None:
        """The topics with the rarest word, where they are few: whatever has all words is among them, so that nothing else is read."""
        word = next(iter(asked), "")
        if not word or word in self.common:
            return None
        topics: Topics = {}
        for build in places:
            rows = await self._rows(build, query=asked[word], tier=SPREAD, most=ROWS_NARROW, scans="off")
            _gather(topics, rows)
            if self.is_cut or len(rows) == ROWS_NARROW or len(topics) > NARROW:
                return None
        self.shape = replace(self.shape, among=True)
        self.values["among"] = [topic_id for _, topic_id in topics]
        return topics

    async def _spread(self, asked: Mapping[str, str], places: Sequence[Build], rare: Topics | None) -> None:
        """Topics that have each word somewhere, though no one statement has them all: in a name, a text, the name of a type."""
        found: list[Topics] = [] if rare is None else [rare]
        for query in [*asked.values()][len(found) :]:
            topics: Topics = {}
            for build in places:
                _gather(topics, await self._rows(build, query=query, tier=SPREAD, most=ROWS_SPREAD, scans="off" if rare is None else "on"))
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
            if not self.matches and not self.are_words and (meant := await self._meant("occurrence", ways)):
                await self._look(statements.said, query=meant, tier=6, most=LEAST)
            if not self.matches and not self.are_words and (meant := await self._meant("content", ways)):
                await self._look(statements.texts, query=meant, tier=8, most=LEAST)
        # Words that all stand somewhere are no slips, even where nothing has all of them; unless few texts have them and no name does,
        # which may have the same slip.
        is_wanted = self._is_in_few_texts() if self.matches else not self.are_words
        if is_wanted and len(self.query.key) <= LONGEST_RESEMBLING:
            self.deadline = min(self.deadline, time.monotonic() + self.patience * SHARE_RESEMBLING)
            self._compared(await self._rows(statements.names_resembling), tier=AFTER_TEXTS if self.matches else RESEMBLING)

    def _is_in_few_texts(self) -> bool:
        return len(self.matches) < SCARCE and all(TEXTS <= hit.tier < SPREAD for match in self.matches.values() for hit in match.hits)

    async def _meant(self, place: str, ways: Mapping[str, Collection[str]]) -> str:
        """The question with words that stand in such places, for each word those that may have been meant; "" where one has none."""
        rows = await self._rows(lambda _: statements.WORDS_THERE[place], ways=quoted(ways), scans="off")
        there = [str(row[0]) for row in rows]
        self.are_words = self.are_words or all(f"'{word}'" in there for word in ways)
        return meaning(ways, there)

    def _compared(self, rows: Sequence[Row], tier: int = RESEMBLING) -> int:
        """Take the names that so few slips turn into what was typed that they may have been meant; returns how many."""
        meant = []
        for *row, key in rows:
            count = slips(self.query.key, str(key))
            if count is not None:
                meant.append([*row[:3], tier, count + len(str(key)) / 1000, *row[5:]])
        return self._take(meant)

    def _most(self) -> int:
        """How many rows are of use beside those that are there."""
        return max(LEAST, COUNTED + 1 - len(self.matches))

    async def _look(self, build: Build, *, query: str, tier: int, most: int) -> int:
        """Take what a statement finds; returns how many rows that are."""
        return self._take(await self._rows(build, query=query, tier=tier, most=most), most)

    async def _rows(self, build: Build, *, scans: str = "on", **more: object) -> Sequence[Row]:
        """What a statement finds in the time that is left."""
        left = int((self.deadline - time.monotonic()) * 1000)
        if left <= 0:
            self.is_cut = True
            return []
        try:
            # The same limit does for several statements, as long as it is not far from the time that is left.
            if scans != self.limit[1] or not self.limit[0] / 2 < left <= self.limit[0]:
                await LIMITS.rows(self.connection, {"milliseconds": str(left), "scans": scans})
                self.limit = (left, scans)
            return await build(self.shape).rows(self.connection, {**self.values, **more})
        except DBAPIError as error:
            if not isinstance(error.orig, QueryCanceled):
                raise
            # What was found so far is worth more than a late answer.
            self.is_cut = True
            return []

    def _take(self, rows: Sequence[Row], most: int = COUNTED + 1) -> int:
        self.is_full = self.is_full or len(rows) >= most
        for row in rows:
            hit = Hit(*row)  # type: ignore[arg-type]  # the columns of the statements are its fields
            match = self.matches.get((hit.map_id, hit.topic_id))
            if match is None:
                match = self.matches[hit.map_id, hit.topic_id] = Match(hit.map_id, hit.topic_id, hit.is_base, hit.is_hidden)
            match.hits.append(hit)
        return len(rows)


def _gather(topics: Topics, rows: Sequence[Row]) -> None:
    for row in rows:
        topics.setdefault((row[0], row[1]), []).append(row)


def _best(hits: Sequence[Hit], kinds: Collection[str]) -> list[Hit]:
    """The statements in their order, each once: one that has the very words was found by their beginnings as well."""
    ordered = sorted((hit for hit in hits if hit.kind in kinds), key=lambda hit: (hit.tier, hit.weight))
    return list({hit.id: hit for hit in reversed(ordered)}.values())[::-1]


def _values(query: Query, ground: Ground, maps: Sequence[int], slug: str, iris: Sequence[str]) -> dict[str, object]:
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
