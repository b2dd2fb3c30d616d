"""The index of topics: what is listed, how it is narrowed down, and the ways to its other pages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from contextualise.repository.reading.choosing import Chosen
from contextualise.repository.reading.index import COUNTED, Filter, Listed, Listing, Order, TypeCount
from contextualise.repository.reading.topic import Context
from contextualise.web.pages.choosing import chooser_of
from contextualise.web.pages.context_choice import ContextChooser
from contextualise.web.pages.topics.links import SIGNS, Addresses, TopicLink, query_of
from contextualise.web.shared.templates import show_number


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A topic of the list; `listed_as` is what it is ordered by where it is called otherwise."""

    text: str
    href: str
    listed_as: str
    matched: str | None
    types: tuple[TopicLink, ...]
    is_base: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """A type to narrow the list down to."""

    text: str
    href: str
    sign: int
    count: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that the list can be sorted by; `direction` is how it is sorted now."""

    text: str
    href: str
    direction: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    text: str
    filter: Filter
    type_slug: str
    type_label: str
    order: Order
    descending: bool

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """The query that asks for the same with some fields changed; fields at their defaults are left out."""
        fields = {
            "q": self.text,
            "type": self.type_slug,
            "base": "1" if self.filter.with_base else "",
            "sort": "" if self.order == "name" else self.order,
            "dir": "" if self.descending == (self.order == "changed") else ("desc" if self.descending else "asc"),
        }
        return [(name, value) for name, value in {**fields, **changes}.items() if value]


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The index of topics."""

    url: str
    asked: Asked
    rows: tuple[IndexRow, ...]
    types: tuple[TypeChoice, ...]
    every_type_url: str
    headings: tuple[Heading, ...]
    contexts: ContextChooser
    kept: tuple[tuple[str, str], ...]
    first_url: str | None
    previous_url: str | None
    next_url: str | None
    last_url: str | None
    base_url: str
    is_filtered: bool
    may_edit: bool
    new_url: str
    summary: str


def index_page(
    addresses: Addresses,
    asked: Asked,
    listing: Listing,
    types: Iterable[TypeCount],
    chosen: Chosen,
    context: Context,
    *,
    may_edit: bool,
    topic_count: int,
) -> IndexPage:
    """The page's contents for a reader."""
    url = f"{addresses.map_url}/topics"
    scope = parse_qsl(addresses.query.removeprefix("?"))

    def address(**changes: str) -> str:
        pairs = asked.pairs(**changes) + scope
        return f"{url}?{urlencode(pairs)}" if pairs else url

    def elsewhere(other: Context) -> str:
        query = urlencode(asked.pairs() + parse_qsl(query_of(other).removeprefix("?")))
        return f"{url}?{query}" if query else url

    first, last = (listing.rows[0], listing.rows[-1]) if listing.rows else (None, None)
    is_filtered = bool(asked.text or asked.type_slug)
    return IndexPage(
        url=url,
        asked=asked,
        rows=tuple(_row(row, addresses, is_searched=bool(asked.text)) for row in listing.rows),
        types=tuple(
            TypeChoice(kind.label, address(type=kind.slug), kind.id % SIGNS, _count(kind.count), kind.slug == asked.type_slug)
            for kind in types
        ),
        every_type_url=address(type=""),
        headings=(
            _heading("Name", "name", asked, address),
            _heading("Changed", "changed", asked, address),
        ),
        contexts=chooser_of(chosen, context, elsewhere, addresses.map_url),
        kept=tuple(pair for pair in asked.pairs(q="") if pair[0] != "base") + tuple(scope),
        first_url=address() if listing.has_before else None,
        previous_url=address(before=_key(first, asked.order)) if listing.has_before and first else None,
        next_url=address(after=_key(last, asked.order)) if listing.has_after and last else None,
        last_url=address(last="1") if listing.has_after else None,
        base_url=address(base="" if asked.filter.with_base else "1"),
        is_filtered=is_filtered,
        may_edit=may_edit,
        new_url=f"{addresses.map_url}/topics/new{'?' + urlencode({'name': asked.text}) if asked.text else ''}",
        summary=_summary(listing, topic_count, exact=not is_filtered and not asked.filter.with_base),
    )


def _row(row: Listed, addresses: Addresses, *, is_searched: bool) -> IndexRow:
    matched = row.matched if is_searched and row.matched not in (row.name, row.label) else None
    listed_as = row.label if row.name != row.label else ""
    types = tuple(TopicLink(number, label, addresses.topic(slug), number % SIGNS, "") for number, slug, label in row.types)
    return IndexRow(row.name, addresses.topic(row.slug), listed_as, matched, types, row.is_base, row.updated_at)


def _heading(text: str, order: Order, asked: Asked, address: Callable[..., str]) -> Heading:
    if asked.order != order:
        return Heading(text, address(sort="" if order == "name" else order, dir=""), None)
    other = "asc" if asked.descending else "desc"
    default = "desc" if order == "changed" else "asc"
    return Heading(text, address(dir="" if other == default else other), "descending" if asked.descending else "ascending")


def _key(row: Listed, order: Order) -> str:
    return f"{row.id}.{row.sort_key if order == 'name' else row.updated_at.isoformat()}"


def _count(count: int) -> str:
    return f"{COUNTED:,}+".replace(",", "\N{NARROW NO-BREAK SPACE}") if count > COUNTED else str(count)


def _summary(listing: Listing, topic_count: int, *, exact: bool) -> str:
    if not listing.rows:
        return ""
    if not listing.has_before and not listing.has_after:
        return "1 topic" if len(listing.rows) == 1 else f"{len(listing.rows)} topics"
    span = f"{listing.rows[0].label} to {listing.rows[-1].label}"
    return f"{span}, {show_number(topic_count)} in all" if exact else span
