"""Searching what a person may see: one map, or all of them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import Action, may
from contextualise.domain.maps import OpenMap
from contextualise.repository import search
from contextualise.repository.search import COUNTED, KINDS, RESEMBLING, Facets, Filters, Found, Ground, Match, Query, Told, VisibleMap

PER_PAGE = 20

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for; `kinds` says where to look (none: everywhere), `after` is the key of the last result of the page before."""

    text: str
    kinds: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    after: Key | None = None
    is_patient: bool = False

    @property
    def query(self) -> Query:
        """The text taken apart."""
        return search.parse(self.text)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of what was found, and figures about all of it, which stop at `COUNTED`.

    `is_cut`: the time was up before everything was looked at, so that there may be more.
    """

    query: Query
    ground: Ground | None
    page: Sequence[Match]
    told: Told | None
    has_more: bool
    total: int
    is_full: bool
    is_cut: bool
    kinds: Mapping[str, int]
    facets: Facets
    maps: Sequence[tuple[VisibleMap, int]] = ()
    titles: Mapping[int, VisibleMap] = field(default_factory=dict)
    suggestion: str = ""

    @property
    def words(self) -> Collection[str]:
        """The words that were asked for."""
        return self.query.words


async def search_map(connection: AsyncConnection, found: OpenMap, question: Question) -> Answer:
    """What one map has; the notes of its inbox are for those who may edit it."""
    query = question.query
    if not query.terms:
        return _nothing(query)
    closed = [] if may(found.standing, Action.EDIT) else [found.map.id]
    ground = await search.survey(connection, [found.map.id], closed, query.words, question.filters)
    matches = await _find(connection, query, ground, [found.map.id], question, base_iri=found.map.base_iri)
    facets = await search.count_facets(connection, found.map.id, ground, matches.matches)
    return await _answer(connection, query, ground, matches, question, facets)


async def search_all(connection: AsyncConnection, user_id: int | None, question: Question) -> Answer:
    """What the maps have that the person (None: a stranger) may see."""
    query = question.query
    maps = await search.visible_maps(connection, user_id) if query.terms else ()
    if not maps:
        return _nothing(query)
    ids = [each.id for each in maps]
    ground = await search.survey(connection, ids, [each.id for each in maps if not each.is_own], query.words, Filters())
    matches = await _find(connection, query, ground, ids, question)
    counts = Counter(match.map_id for match in matches.matches)
    titles = {each.id: each for each in maps}
    answer = await _answer(connection, query, ground, matches, question, search.NONE)
    return replace(answer, maps=[(titles[number], count) for number, count in counts.most_common()], titles=titles)


async def _find(
    connection: AsyncConnection, query: Query, ground: Ground, maps: Sequence[int], question: Question, *, base_iri: str = ""
) -> Found:
    slug = query.key.replace(" ", "-")
    return await search.find(
        connection,
        query,
        ground,
        maps,
        slug=slug,
        iris=[query.text, *([f"{base_iri}#{slug}"] if base_iri else [])],
        kinds=question.kinds or KINDS,
        patience=search.LONG_PATIENCE if question.is_patient else search.PATIENCE,
    )


async def _answer(connection: AsyncConnection, query: Query, ground: Ground, found: Found, question: Question, facets: Facets) -> Answer:
    rest = [match for match in found.matches if question.after is None or match.order > question.after]
    page = rest[:PER_PAGE]
    return Answer(
        query=query,
        ground=ground,
        page=page,
        told=await search.describe(connection, page, query.words, ground.themes) if page else None,
        has_more=len(rest) > PER_PAGE,
        total=min(len(found.matches), COUNTED),
        is_full=found.is_full,
        is_cut=found.is_cut,
        kinds=Counter(kind for match in found.matches for kind in {hit.kind for hit in match.hits}),
        facets=facets,
        suggestion=await _suggestion(connection, found),
    )


async def _suggestion(connection: AsyncConnection, found: Found) -> str:
    """The name that was probably meant, where no name has the words; "" where one has, or none is like it."""
    named = [match for match in found.matches if match.hits[0].kind == "name"]
    if not named or named[0].hits[0].tier != RESEMBLING:
        return ""
    told = await search.describe(connection, named[:1], ())
    return told.names[0].text if told.names else ""


def _nothing(query: Query) -> Answer:
    return Answer(query, None, (), None, False, 0, False, False, {}, search.NONE)
