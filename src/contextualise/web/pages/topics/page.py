"""Everything that the topic page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contextualise.lib.markdown import excerpt
from contextualise.repository.reading.records import OccurrenceRow, TopicRecord
from contextualise.repository.reading.topic import BEGINNING, DOWN, NEXT, PREVIOUS, UP, Context, Part
from contextualise.repository.reading.topic_statement import COUNTED, OCCURRENCES
from contextualise.web.pages.context_choice import ContextChooser
from contextualise.web.pages.topics.associations import AssociationReader, Associations
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.contexts import Scopes, switch_of
from contextualise.web.pages.topics.links import Addresses, Link, TopicLink, Topics, encoded
from contextualise.web.pages.topics.names import NameLine, names_of
from contextualise.web.pages.topics.notes import without_inbox
from contextualise.web.pages.topics.occurrences import Occurrences, read_occurrences
from contextualise.web.pages.topics.talk import Talk


@dataclass(frozen=True, slots=True)
class TagLink:
    """A tag of the topic; `url` shows what else is under it, `removal_url` takes it away."""

    topic: TopicLink
    url: str
    removal_url: str


@dataclass(frozen=True, slots=True)
class PathLink:
    """A step along a knowledge path; `rel` is the link relation."""

    topic: TopicLink
    rel: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class IdentifierLine:
    """An identifier of the topic."""

    kind: str
    iri: str
    href: str


@dataclass(frozen=True, slots=True)
class TopicPage:
    """The topic page; `url` keeps the reader's context, `plain_url` begins the addresses of forms."""

    id: int
    slug: str
    url: str
    plain_url: str
    query: str
    map_url: str
    title: str
    title_lang: str | None
    name: NameLine | None
    names: tuple[NameLine, ...]
    types: tuple[TopicLink, ...]
    occurrences: Occurrences
    more_occurrences_url: str
    tags: tuple[TagLink, ...]
    path: tuple[PathLink, ...]
    associations: Associations
    context: ContextChooser
    identifiers: tuple[IdentifierLine, ...]
    stands_for: Link | None
    uses: tuple[str, ...]
    mentions: tuple[TopicLink, ...]
    more_mentions: bool
    is_base: bool
    is_type: bool
    is_fact_type: bool
    created_at: datetime
    created_by: str | None
    updated_at: datetime
    updated_by: str | None
    changes: str
    may_edit: bool
    references_url: str
    description: str
    trail: tuple[tuple[str, str | None], ...]
    talk: Talk | None = None

    @property
    def additions(self) -> tuple[tuple[str, str, str, str], ...]:
        """What may be added here."""
        return ADDITIONS


ADDITIONS = (
    ("Picture or file", "image", "files/new", "topic-media"),
    ("Link or film", "link", "links/new", "topic-links"),
    ("Date", "calendar", "dates/new", "topic-dates"),
    ("Place", "map-pin", "places/new", "topic-dates"),
    ("Fact", "hash", "attributes/new", "topic-attributes"),
    ("Note", "file-text", "notes/new", "topic-notes"),
)
"""What an editor may add to a topic: the words, the icon, the form's address below the topic's, the part of the page it opens in."""

KINDS = {1: "Subject identifier", 2: "Subject locator", 3: "Item identifier"}
_PATH = {
    PREVIOUS: ("prev", "Previous", "arrow-left"),
    NEXT: ("next", "Next", "arrow-right"),
    UP: ("up", "Up", "arrow-up"),
    DOWN: ("down", "Down", "arrow-down"),
}
MENTIONS = 20
DESCRIBED = 160  # characters that search engines and previews show


def topic_page(
    record: TopicRecord,
    map_url: str,
    context: Context,
    *,
    may_edit: bool,
    part: Part = BEGINNING,
    trail: tuple[int, ...] = (),
    unknown: tuple[str, ...] = (),
    may_comment: bool | None = None,
) -> TopicPage:
    """The page's contents for a reader; `unknown` are themes asked for that the map does not have. `may_comment` is None for somebody who
    does not see comments either.
    """
    record = without_inbox(record, may_edit=may_edit)
    addresses = Addresses(map_url, context)
    topics = Topics(record.topics, addresses)
    scopes = Scopes(record, topics)
    names = names_of(record, topics, scopes)
    bearings = Bearings(record, topics, scopes, addresses, addresses.creation if may_edit else None)
    rows, more_occurrences = _first(record.occurrences)
    occurrences = read_occurrences(rows, bearings)
    plain_url = addresses.plain_topic(record.topic.slug)
    url = addresses.topic(record.topic.slug)
    title = names[0].text if names else record.topic.label
    return TopicPage(
        id=record.topic.id,
        slug=record.topic.slug,
        url=url,
        plain_url=plain_url,
        query=addresses.query,
        map_url=map_url,
        title=title,
        title_lang=names[0].lang if names else None,
        name=names[0] if names else None,
        names=names[1:],
        types=tuple(topics.link(type_id) for type_id in record.types),
        occurrences=occurrences,
        more_occurrences_url=f"{url}{'&' if '?' in url else '?'}occurrences={more_occurrences}" if more_occurrences else "",
        tags=tuple(
            TagLink(
                topics.link(tag.topic_id),
                f"{map_url}/tags/{encoded(topics.slug(tag.topic_id))}",
                f"{plain_url}/tags/{tag.association_id}/removal{addresses.query}",
            )
            for tag in sorted(record.tags, key=lambda tag: topics.name(tag.topic_id).casefold())
        ),
        path=_path(record, topics),
        associations=AssociationReader(record, topics, scopes, addresses, bearings.details).read(record, part),
        context=switch_of(record, topics, scopes, context, plain_url, unknown),
        identifiers=tuple(
            IdentifierLine(KINDS[kind], iri, iri if iri.startswith(("http://", "https://")) else "") for kind, iri in record.identifiers
        ),
        stands_for=_stands_for(record, addresses, topics),
        uses=_uses(record),
        mentions=tuple(sorted((topics.link(topic_id) for topic_id in record.mentions[:MENTIONS]), key=lambda link: link.text.casefold())),
        more_mentions=len(record.mentions) > MENTIONS,
        is_base=record.topic.is_base,
        is_type=record.uses.topics > 0,
        is_fact_type=record.uses.occurrences > 0 and not record.topic.is_base,
        created_at=record.topic.created_at,
        created_by=record.topic.created_by,
        updated_at=record.topic.updated_at,
        updated_by=record.topic.updated_by,
        changes="" if not record.changes else _number(record.changes, 99) + (" change" if record.changes == 1 else " changes"),
        may_edit=may_edit,
        references_url=f"{map_url}/references",
        description=_description(occurrences, title),
        trail=_trail(trail, topics, title, record.topic.id),
        talk=None if may_comment is None or record.topic.is_hidden else Talk(f"{map_url}/comments/about", may_comment, dict(record.talk)),
    )


def _path(record: TopicRecord, topics: Topics) -> tuple[PathLink, ...]:
    by_id = {record.base[psi]: words for psi, words in _PATH.items() if psi in record.base}
    return tuple(
        PathLink(topics.link(step.player_id), *by_id[step.role_type_id])
        for role_type in by_id
        for step in record.steps
        if step.role_type_id == role_type
    )


def _stands_for(record: TopicRecord, addresses: Addresses, topics: Topics) -> Link | None:
    reified = record.reified
    if reified is None:
        return None
    if reified.kind == "m":
        return Link("this map", addresses.map_url)
    words = {"a": "the connection", "n": "the name", "o": "the statement", "v": "a variant name", "r": "a part in a connection"}
    label = f"{words[reified.kind]} “{reified.label}”" if reified.label else words[reified.kind]
    return Link(label, statement_url(addresses.map_url, reified.kind, reified.construct_id))


def statement_url(map_url: str, kind: str, construct_id: int) -> str:
    """The address that every statement has."""
    folder = {"a": "associations", "n": "names", "o": "occurrences"}.get(kind)
    return f"{map_url}/{folder}/{construct_id}" if folder else map_url


def _uses(record: TopicRecord) -> tuple[str, ...]:
    uses = record.uses
    pairs = (
        (uses.topics, "type of {} topic", "type of {} topics"),
        (uses.associations, "type of {} connection", "type of {} connections"),
        (uses.occurrences, "type of {} text or fact", "type of {} texts and facts"),
        (uses.names, "type of {} name", "type of {} names"),
        (uses.roles, "part in {} connection", "part in {} connections"),
        (uses.scopes, "context in {} combination", "context in {} combinations"),
    )
    return tuple((one if count == 1 else many).format(_number(count, COUNTED)) for count, one, many in pairs if count)


def _number(count: int, bound: int) -> str:
    return (
        f"{bound:,}+".replace(",", "\N{NARROW NO-BREAK SPACE}") if count > bound else f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    )


def _first(rows: Sequence[OccurrenceRow]) -> tuple[Sequence[OccurrenceRow], int | None]:
    """The rows of one page in their order and, when there are more, the id of the last one."""
    if len(rows) <= OCCURRENCES:
        return rows, None
    last = sorted(row.id for row in rows)[OCCURRENCES - 1]
    return [row for row in rows if row.id <= last], last


def _description(occurrences: Occurrences, title: str) -> str:
    return excerpt(occurrences.texts[0].beginning, DESCRIBED) if occurrences.texts else title


def _trail(trail: tuple[int, ...], topics: Topics, title: str, own_id: int) -> tuple[tuple[str, str | None], ...]:
    before = [topics.link(topic_id) for topic_id in trail if topic_id in topics and topic_id != own_id]
    return _steps([(link.text, link.href) for link in before], title)


def trail_items(ref: str, steps: Sequence[tuple[str, str]], title: str) -> tuple[tuple[str, str | None], ...]:
    """The trail of steps that are known by address and name alone."""
    addresses = Addresses(f"/maps/{ref}")
    return _steps([(name, addresses.topic(slug)) for slug, name in steps], title)


def _steps(before: Sequence[tuple[str, str]], title: str) -> tuple[tuple[str, str | None], ...]:
    return (*before, (title, None)) if before else ()
