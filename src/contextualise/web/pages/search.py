"""What the search page shows: results with the words around what was found, and the ways to narrow them down."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup

from contextualise.domain.search import Answer, Key, Question
from contextualise.lib import snippets
from contextualise.repository.search import COUNTED, KINDS, Facet, Match, Named, Query, Reified, StatementTold, TopicTold
from contextualise.web.pages.topics.links import SIGNS, Addresses
from contextualise.web.shared.templates import show_number

KIND_WORDS = {
    "name": "Names",
    "text": "Texts",
    "note": "Notes",
    "attribute": "Attributes",
    "link": "Links",
    "file": "Files and pictures",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A statement that was found: what kind of statement, the words around, and where it stands."""

    kind: str
    text: Markup
    href: str


@dataclass(frozen=True, slots=True)
class Result:
    """A topic that was found; `other` is the name that was, where it is not the one shown."""

    title: Markup
    href: str
    sign: int | None
    types: tuple[str, ...]
    other: Markup | None
    lines: tuple[Line, ...]
    map_title: str
    map_href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow the results down, or, when chosen, to widen them again."""

    text: str
    href: str
    count: str
    sign: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """Choices of one sort."""

    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of results; `title` is that of the map, "" for all maps."""

    title: str
    url: str
    text: str
    kept: tuple[tuple[str, str], ...]
    results: tuple[Result, ...]
    summary: str
    groups: tuple[FacetGroup, ...]
    chosen: tuple[Choice, ...]
    more_url: str | None
    first_url: str | None
    longer_url: str | None
    suggestion: tuple[str, str] | None
    create_url: str | None
    elsewhere_url: str | None

    @property
    def is_asked(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.text)


def search_map_page(addresses: Addresses, question: Question, answer: Answer, *, title: str, may_edit: bool) -> SearchPage:
    """The results in one map."""
    url = f"{addresses.map_url}/search"
    pairs = _pairs(question) + parse_qsl(addresses.query.removeprefix("?"))
    ways = _Ways(url, pairs)
    creates = may_edit and bool(question.text) and not any(match.hits[0].tier == 0 for match in answer.page) and question.after is None
    reader = _Reader(answer, lambda _: addresses)
    return SearchPage(
        title=title,
        url=url,
        text=question.text,
        kept=tuple(pair for pair in pairs if pair[0] != "q"),
        results=tuple(reader.result(match) for match in answer.page),
        summary=_summary(question, answer),
        groups=tuple(group for group in (_kinds(question, answer, ways), *_facets(question, answer, ways)) if group.choices),
        chosen=_chosen(question, answer, ways),
        create_url=addresses.creation(question.text) if creates else None,
        elsewhere_url=f"/search?{urlencode({'q': question.text})}" if question.text else None,
        **_turning(question, answer, ways),  # type: ignore[arg-type]  # the fields that both pages have
    )


def search_all_page(question: Question, answer: Answer) -> SearchPage:
    """The results over all maps that the reader may see."""
    ways = _Ways("/search", _pairs(question))
    places = {number: Addresses(f"/maps/{found.ref}") for number, found in answer.titles.items()}
    reader = _Reader(answer, places.__getitem__)
    maps = tuple(
        Choice(found.title, f"/maps/{found.ref}/search?{urlencode({'q': question.text})}", _count(count), None, is_chosen=False)
        for found, count in answer.maps
    )
    groups = (_kinds(question, answer, ways), FacetGroup("Maps", maps if len(maps) > 1 else ()))
    return SearchPage(
        title="",
        url="/search",
        text=question.text,
        kept=tuple(pair for pair in ways.pairs if pair[0] != "q"),
        results=tuple(reader.result(match) for match in answer.page),
        summary=_summary(question, answer),
        groups=tuple(group for group in groups if group.choices),
        chosen=_chosen(question, answer, ways),
        create_url=None,
        elsewhere_url=None,
        **_turning(question, answer, ways),  # type: ignore[arg-type]  # the fields that both pages have
    )


class _Ways:
    """Addresses that ask for the same with something changed."""

    def __init__(self, url: str, pairs: Sequence[tuple[str, str]]) -> None:
        self.url, self.pairs = url, list(pairs)

    def with_(self, name: str, value: str) -> str:
        """The same with one field set, or left out for ""."""
        kept = [pair for pair in self.pairs if pair[0] != name] + ([(name, value)] if value else [])
        return f"{self.url}?{urlencode(kept)}" if kept else self.url


def _pairs(question: Question) -> list[tuple[str, str]]:
    filters = question.filters
    fields = [("q", question.text), ("type", filters.type), ("tag", filters.tag), ("in", filters.theme)]
    return [pair for pair in (*fields, *(("kind", kind) for kind in question.kinds)) if pair[1]]


def _turning(question: Question, answer: Answer, ways: _Ways) -> Mapping[str, object]:
    """The ways to more of the same."""
    last = answer.page[-1] if answer.page else None
    longer = answer.is_cut and not question.is_patient
    suggested = answer.suggestion
    return {
        "more_url": ways.with_("after", key_text(last.order)) if last and answer.has_more else None,
        "first_url": ways.with_("after", "") if question.after is not None else None,
        "longer_url": ways.with_("patience", "long") if longer else None,
        "suggestion": (suggested, ways.with_("q", suggested)) if suggested and question.after is None else None,
    }


def key_text(key: Key) -> str:
    """The key of a result as it stands in an address."""
    return "~".join(str(int(part)) if isinstance(part, bool) else repr(part) for part in key)


def key_of(text: str) -> Key | None:
    """The key in an address; None for what is none."""
    try:
        is_base, tier, weight, map_id, topic_id = text.split("~")
        return (bool(int(is_base)), int(tier), float(weight), int(map_id), int(topic_id))
    except ValueError:
        return None


def _kinds(question: Question, answer: Answer, ways: _Ways) -> FacetGroup:
    choices = tuple(
        Choice(
            KIND_WORDS[kind],
            ways.with_("kind", "" if kind in question.kinds else kind),
            _count(answer.kinds.get(kind, 0), over=answer.is_full),
            None,
            kind in question.kinds,
        )
        for kind in KINDS
        if answer.kinds.get(kind) or kind in question.kinds
    )
    return FacetGroup("Found in", choices if len(choices) > 1 or question.kinds else ())


def _facets(question: Question, answer: Answer, ways: _Ways) -> Iterable[FacetGroup]:
    filters, facets = question.filters, answer.facets
    for title, name, chosen, found, has_sign in (
        ("Types", "type", filters.type, facets.types, True),
        ("Tags", "tag", filters.tag, facets.tags, False),
        ("Contexts", "in", filters.theme, facets.themes, False),
    ):
        yield FacetGroup(title, tuple(_choice(facet, name, chosen, ways, has_sign=has_sign, over=answer.is_full) for facet in found))


def _choice(facet: Facet, name: str, chosen: str, ways: _Ways, *, has_sign: bool, over: bool) -> Choice:
    is_chosen = facet.slug == chosen
    href = ways.with_(name, "" if is_chosen else facet.slug)
    return Choice(facet.label, href, _count(facet.count, over=over), facet.id % SIGNS if has_sign else None, is_chosen)


def _chosen(question: Question, answer: Answer, ways: _Ways) -> tuple[Choice, ...]:
    """What the results are kept to, each with the address without it."""
    ground = answer.ground
    named: tuple[tuple[str, Named | None], ...] = (
        (("type", ground.type), ("tag", ground.tag), ("in", ground.theme)) if ground is not None else ()
    )
    kinds = tuple(Choice(KIND_WORDS[kind], ways.with_("kind", ""), "", None, is_chosen=True) for kind in question.kinds)
    return kinds + tuple(
        Choice(topic.label, ways.with_(name, ""), "", topic.id % SIGNS if name == "type" else None, is_chosen=True)
        for name, topic in named
        if topic is not None
    )


def _summary(question: Question, answer: Answer) -> str:
    if not question.text:
        return ""
    if not answer.total:
        return "Nothing has all of these words." if len(answer.words) > 1 else "Nothing found."
    if answer.is_full:
        return f"{_count(COUNTED, over=True)} results, the closest first"
    return "1 result" if answer.total == 1 else f"{show_number(answer.total)} results, the closest first"


def _count(count: int, *, over: bool = False) -> str:
    return f"{show_number(count)}+" if over and count else show_number(count)


class _Reader:
    """Turns matches into results."""

    def __init__(self, answer: Answer, addresses: Callable[[int], Addresses]) -> None:
        told = answer.told
        self._addresses = addresses
        self._topics: dict[int, TopicTold] = {topic.id: topic for topic in told.topics} if told else {}
        self._names = {name.id: name.text for name in told.names} if told else {}
        self._occurrences: dict[int, StatementTold] = {row.id: row for row in told.occurrences} if told else {}
        self._reified: dict[int, Reified] = {row.topic_id: row for row in told.reified} if told else {}
        self._titles = answer.titles
        self._pattern = pattern_for(answer.query, answer.ground.forms if answer.ground else {})

    def result(self, match: Match) -> Result:
        """A topic with what was found of it."""
        topic = self._topics[match.topic_id]
        addresses = self._addresses(match.map_id)
        title, href = self._title(topic, addresses)
        names = [self._names[hit.id] for hit in match.hits if hit.kind == "name" and hit.id in self._names]
        other = next((name for name in names if name != topic.label), None) if names and topic.label not in names else None
        found = self._titles.get(match.map_id)
        return Result(
            title=self._marked(title),
            href=href,
            sign=topic.types[0][0] % SIGNS if topic.types else None,
            types=tuple(label for _, _, label in topic.types[:3]),
            other=None if other is None else self._marked(other),
            lines=tuple(self._line(match, self._occurrences[hit.id], href) for hit in match.hits if hit.id in self._occurrences)[:2],
            map_title=found.title if found else "",
            map_href=f"/maps/{found.ref}" if found else "",
        )

    def _title(self, topic: TopicTold, addresses: Addresses) -> tuple[str, str]:
        reified = self._reified.get(topic.id)
        if reified is None:
            return topic.label, addresses.topic(topic.slug)
        if reified.kind in ("a", "r"):
            return reified.label or topic.label, addresses.association(reified.construct_id)
        if reified.slug:
            return reified.label, addresses.topic(reified.slug)
        return topic.label, addresses.topic(topic.slug)

    def _line(self, match: Match, row: StatementTold, href: str) -> Line:
        is_text = row.media_type is not None and match.hits and any(hit.id == row.id and hit.kind in ("text", "note") for hit in match.hits)
        said = row.text if is_text else " · ".join(part for part in (row.title, row.alt, row.file_name, row.text) if part)
        pieces = snippets.excerpt(said, self._pattern)
        anchor = "" if match.topic_id in self._reified else f"#{'text' if is_text else 'occurrence'}-{row.id}"
        return Line(row.type_label, as_html(pieces), href + anchor)

    def _marked(self, text: str) -> Markup:
        return as_html(snippets.marked(text, self._pattern))


def as_html(pieces: Iterable[snippets.Piece]) -> Markup:
    """The pieces escaped, what was found marked."""
    return Markup("").join(Markup("<mark>{}</mark>").format(text) if is_found else Markup("{}").format(text) for text, is_found in pieces)


def pattern_for(query: Query, forms: Mapping[str, Sequence[str]]) -> re.Pattern[str] | None:
    """What finds the words of a question in a text."""
    asked = [term for term in query.terms if not term.is_excluded]
    single = [term for term in asked if len(term.words) == 1]
    stems = {stem for term in single for stem in forms.get(term.words[0], ()) if len(stem) > 2}
    return snippets.pattern_of(
        {term.words[0] for term in single if not term.is_open},
        {term.words[0] for term in single if term.is_open} | stems,
        [term.words for term in asked if len(term.words) > 1],
    )
