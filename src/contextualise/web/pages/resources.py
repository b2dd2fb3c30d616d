"""What the indexes over a map show: an overview of the kinds, and one kind as a list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from contextualise.lib.kinds import Kind
from contextualise.lib.values import display
from contextualise.lib.values.datatypes import ANY_URI
from contextualise.repository.reading.resources import COUNTED, KEYS, WALKED, Chosen, KindCount, Listing, Order, Resource
from contextualise.web.pages.topics.facts import safe_href
from contextualise.web.pages.topics.links import SIGNS, Addresses, Link, TopicLink, encoded
from contextualise.web.shared.templates import show_bytes, show_number


@dataclass(frozen=True, slots=True)
class KindWords:
    """How a kind is called: many of it, its icon, and what an empty list says."""

    title: str
    icon: str
    none: str


WORDS: dict[Kind, KindWords] = {
    Kind.TEXT: KindWords("Texts", "text", "Nothing has been written about any topic yet."),
    Kind.NOTE: KindWords("Notes", "inbox", "There are no notes yet."),
    Kind.IMAGE: KindWords("Pictures", "image", "There are no pictures yet. They are added on the page of a topic."),
    Kind.AUDIO: KindWords("Sound", "music", "There is no sound yet. Files are added on the page of a topic."),
    Kind.VIDEO: KindWords("Films", "video", "There are no films yet. Files and links to films are added on the page of a topic."),
    Kind.SCENE: KindWords("3D scenes", "box", "There are no 3D scenes yet. They are added on the page of a topic."),
    Kind.FILE: KindWords("Files", "paperclip", "There are no other files yet. They are added on the page of a topic."),
    Kind.LINK: KindWords("Links", "link", "There are no links yet. They are added on the page of a topic."),
    Kind.DATE: KindWords("Dates", "calendar", "There are no dates yet. Events and eras are added on the page of a topic."),
    Kind.PLACE: KindWords("Places", "map-pin", "There are no places yet. They are added on the page of a topic."),
    Kind.FACT: KindWords("Facts", "table", "There are no facts yet. They are added on the page of a topic."),
}
ORDERS: dict[Kind, tuple[Order, ...]] = {
    Kind.DATE: ("time", "newest", "topic", "title"),
    Kind.PLACE: ("newest", "title", "topic"),
    Kind.LINK: ("newest", "title", "topic"),
    Kind.FACT: ("newest", "topic"),
    Kind.TEXT: ("newest", "topic", "size"),
    Kind.NOTE: ("newest", "topic"),
}
_FILE_ORDERS: tuple[Order, ...] = ("newest", "title", "topic", "size")
_ORDER_WORDS: dict[Order, str] = {"newest": "Newest", "topic": "Topic", "title": "Title", "time": "Time", "size": "Size"}


def orders_of(kind: Kind) -> tuple[Order, ...]:
    """The orders that a kind can be had in, the usual one first."""
    return ORDERS.get(kind, _FILE_ORDERS)


@dataclass(frozen=True, slots=True)
class KindCard:
    """A kind in the overview."""

    text: str
    href: str
    icon: str
    count: str
    is_empty: bool


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """All kinds."""

    kinds: tuple[KindCard, ...]
    lookup_url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    text: str
    chosen: Chosen
    order: Order
    reverse: bool

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """The query that asks for the same with some fields changed; fields at their defaults are left out."""
        fields = {
            "q": self.text,
            "type": self.chosen.topic_type,
            "as": self.chosen.own_type,
            "sort": "" if self.order == orders_of(self.chosen.kind)[0] else self.order,
            "dir": "back" if self.reverse else "",
        }
        return [(name, value) for name, value in {**fields, **changes}.items() if value]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the list, small."""

    src: str
    srcset: str
    alt: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One entry; `href` leads to the thing itself where there is one to follow, `place` to it on its topic's page."""

    id: int
    text: str
    href: str
    note: str
    place: str
    topic: TopicLink
    kind: Link
    themes: tuple[Link, ...]
    picture: Picture | None
    edit_url: str
    removal_url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways to look at the list; `direction` is told of the order that it has now."""

    text: str
    href: str
    is_chosen: bool
    direction: str = ""
    sign: int | None = None


@dataclass(frozen=True, slots=True)
class ResourcesPage:
    """A list of one kind."""

    url: str
    kind: Kind
    words: KindWords
    asked: Asked
    tabs: tuple[Link, ...]
    rows: tuple[ResourceRow, ...]
    orders: tuple[Choice, ...]
    types: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    chips: tuple[Link, ...]
    first_url: str | None
    previous_url: str | None
    next_url: str | None
    last_url: str | None
    is_filtered: bool
    may_edit: bool
    topics_url: str
    lookup_url: str


def overview_page(map_url: str, counts: Sequence[KindCount], query: str) -> OverviewPage:
    """The overview's contents."""
    cards = []
    for each in counts:
        words = WORDS[each.kind]
        href = f"{map_url}/resources/{each.kind}{query}"
        cards.append(KindCard(words.title, href, words.icon, _count(each.count), each.count == 0))
    return OverviewPage(tuple(cards), f"{map_url}/lookup")


def resources_page(addresses: Addresses, asked: Asked, listing: Listing, *, may_edit: bool) -> ResourcesPage:
    """The list's contents for a reader."""
    kind = asked.chosen.kind
    url = f"{addresses.map_url}/resources/{kind}"
    scope = parse_qsl(addresses.query.removeprefix("?"))

    def address(**changes: str) -> str:
        pairs = asked.pairs(**changes) + scope
        return f"{url}?{urlencode(pairs)}" if pairs else url

    here = address()
    first, last = (listing.rows[0], listing.rows[-1]) if listing.rows else (None, None)
    return ResourcesPage(
        url=url,
        kind=kind,
        words=WORDS[kind],
        asked=asked,
        tabs=tuple(Link(words.title, f"{addresses.map_url}/resources/{each}{addresses.query}") for each, words in WORDS.items()),
        rows=tuple(_row(row, kind, addresses, url, here) for row in listing.rows),
        orders=_orders(asked, listing, address),
        types=tuple(
            Choice(each.label, address(type=each.slug), each.slug == asked.chosen.topic_type, sign=each.id % SIGNS)
            for each in listing.types
        ),
        kept=(*asked.pairs(q=""), *scope),
        chips=_chips(asked, listing, address),
        first_url=here if listing.has_before else None,
        previous_url=address(before=_key(first)) if listing.has_before and first else None,
        next_url=address(after=_key(last)) if listing.has_after and last else None,
        last_url=address(last="1") if listing.has_after else None,
        is_filtered=bool(asked.text or asked.chosen.topic_type or asked.chosen.own_type or scope),
        may_edit=may_edit,
        topics_url=f"{addresses.map_url}/topics{addresses.query}",
        lookup_url=f"{addresses.map_url}/lookup",
    )


def _chips(asked: Asked, listing: Listing, address: Callable[..., str]) -> tuple[Link, ...]:
    """What the list is narrowed down to; each leads to the list without that."""
    chips = []
    if asked.chosen.topic_type:
        label = next((each.label for each in listing.types if each.slug == asked.chosen.topic_type), asked.chosen.topic_type)
        chips.append(Link(label, address(type="")))
    if asked.chosen.own_type:
        label = listing.rows[0].type_label if listing.rows else asked.chosen.own_type
        chips.append(Link(label, address(**{"as": ""})))
    return tuple(chips)


def _orders(asked: Asked, listing: Listing, address: Callable[..., str]) -> tuple[Choice, ...]:
    offered = [order for order in orders_of(asked.chosen.kind) if listing.is_few or order in WALKED]
    usual = orders_of(asked.chosen.kind)[0]
    choices = []
    for order in offered:
        is_chosen = order == listing.order
        goes_back = is_chosen and not asked.reverse
        href = address(sort="" if order == usual else order, dir="back" if goes_back else "")
        falling = KEYS[order][2] ^ asked.reverse
        choices.append(Choice(_ORDER_WORDS[order], href, is_chosen, ("descending" if falling else "ascending") if is_chosen else ""))
    return tuple(choices)


def _row(row: Resource, kind: Kind, addresses: Addresses, url: str, here: str) -> ResourceRow:
    topic = addresses.topic(row.slug)
    element = f"text-{row.id}" if kind in (Kind.TEXT, Kind.NOTE) else f"occurrence-{row.id}"
    query = here.partition("?")[2]
    href = _href(row, addresses)
    return ResourceRow(
        id=row.id,
        text=_text(row, kind),
        href=href,
        note=_note(row, kind),
        place=f"{topic}#{element}",
        topic=TopicLink(
            row.topic_id, row.label, topic, None if row.topic_type_id is None else row.topic_type_id % SIGNS, row.topic_type or ""
        ),
        kind=Link(row.type_label, addresses.topic(row.type_slug)),
        themes=tuple(Link(label, addresses.topic(slug)) for slug, label in row.themes),
        picture=_picture(row, href) if kind == Kind.IMAGE else None,
        edit_url=_edit_url(row, kind, addresses),
        removal_url=f"{url}/{row.id}/removal{f'?{query}' if query else ''}",
    )


def _text(row: Resource, kind: Kind) -> str:
    if kind in (Kind.TEXT, Kind.NOTE):
        words = " ".join((row.beginning or "").split())
        return f"{words[:140].rsplit(' ', 1)[0]}…" if len(words) > 140 else words
    if row.media_type is not None:
        return row.title or row.file_name or "Without a title"
    if kind in (Kind.LINK, Kind.VIDEO):
        return row.title or row.value
    return display(row.datatype, row.value)


def _note(row: Resource, kind: Kind) -> str:
    if row.media_type is not None:
        return "" if kind in (Kind.TEXT, Kind.NOTE) else show_bytes(row.bytes or 0)
    if kind in (Kind.LINK, Kind.VIDEO):
        return row.value if row.title else ""
    return row.title or ""


def _href(row: Resource, addresses: Addresses) -> str:
    if row.value.startswith("sha256:") and row.media_type is not None:
        return addresses.file(row.value.removeprefix("sha256:"), row.file_name or row.title or "file")
    return safe_href(row.value) if row.datatype == ANY_URI else ""


def _picture(row: Resource, href: str) -> Picture:
    sizes = [width for width in row.renditions if width <= 1280]
    small = next((width for width in sizes if width >= 320), sizes[-1] if sizes else None)
    src = f"{href}?width={small}" if small else (href if (row.bytes or 0) <= 1_500_000 and not row.problem else "")
    srcset = ", ".join(f"{href}?width={width} {width}w" for width in sizes) if len(sizes) > 1 else ""
    return Picture(src, srcset, row.alt or "", row.width, row.height)


def _edit_url(row: Resource, kind: Kind, addresses: Addresses) -> str:
    if kind == Kind.NOTE:
        return f"{addresses.map_url}/notes/{row.id}/edit"
    folder = {Kind.TEXT: "text", Kind.DATE: "dates", Kind.PLACE: "places", Kind.LINK: "occurrences", Kind.FACT: "occurrences"}.get(
        kind, "files" if row.media_type is not None else "occurrences"
    )
    return f"{addresses.map_url}/topics/{encoded(row.slug)}/{folder}/{row.id}/edit"


def _key(row: Resource) -> str:
    return f"{row.id}.{row.key}"


def _count(count: int) -> str:
    return f"{show_number(COUNTED)}+" if count > COUNTED else str(count)
