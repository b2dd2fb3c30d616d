"""The search page: its results, the ways to narrow them down, and the ways to more of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from contextualise.domain.search import Answer, Key, Question
from contextualise.repository.reading.choosing import Chosen
from contextualise.repository.reading.topic import Context
from contextualise.repository.search import COUNTED, KINDS, Facet, Named
from contextualise.web.pages.choosing import chooser_of
from contextualise.web.pages.context_choice import ContextChooser
from contextualise.web.pages.search.results import Reader, Result
from contextualise.web.pages.topics.links import SIGNS, Addresses, query_of
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
    contexts: ContextChooser | None
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


def search_map_page(addresses: Addresses, question: Question, answer: Answer, chosen: Chosen, *, title: str, may_edit: bool) -> SearchPage:
    """The results in one map."""
    url = f"{addresses.map_url}/search"
    pairs = _pairs(question) + parse_qsl(addresses.query.removeprefix("?"))
    ways = _Ways(url, pairs)
    creates = may_edit and bool(question.text) and not any(match.hits[0].tier == 0 for match in answer.page) and question.after is None
    reader = Reader(answer, lambda _: addresses)

    def elsewhere(context: Context) -> str:
        query = urlencode(_pairs(question) + parse_qsl(query_of(context).removeprefix("?")))
        return f"{url}?{query}" if query else url

    return SearchPage(
        title=title,
        url=url,
        text=question.text,
        kept=tuple(pair for pair in pairs if pair[0] != "q"),
        results=tuple(reader.result(match) for match in answer.page),
        summary=_summary(question, answer),
        groups=tuple(group for group in (_kinds(question, answer, ways), *_facets(question, answer, ways)) if group.choices),
        chosen=_chosen(question, answer, ways),
        contexts=chooser_of(chosen, question.filters.context, elsewhere, addresses.map_url),
        create_url=addresses.creation(question.text) if creates else None,
        elsewhere_url=f"/search?{urlencode({'q': question.text})}" if question.text else None,
        **_turning(question, answer, ways),  # type: ignore[arg-type]  # the fields that both pages have
    )


def search_all_page(question: Question, answer: Answer) -> SearchPage:
    """The results over all maps that the reader may see."""
    ways = _Ways("/search", _pairs(question))
    places = {number: Addresses(f"/maps/{found.ref}") for number, found in answer.titles.items()}
    reader = Reader(answer, places.__getitem__)
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
        contexts=None,
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
