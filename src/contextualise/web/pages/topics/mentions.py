"""What is shown of the texts that mention a topic."""

from dataclasses import dataclass
from urllib.parse import urlencode

from contextualise.domain.mentions import Mention, Unlinked
from contextualise.lib.mentions import Snippet, snippet_of_link
from contextualise.repository.reading.mentions import Backlink
from contextualise.web.pages.topics.links import SIGNS, Addresses


@dataclass(frozen=True, slots=True)
class MentionLine:
    """A text that mentions the topic: where it is, and the sentence with the mention."""

    id: int
    text: str
    href: str
    sign: int | None
    kind: str
    is_note: bool
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class UnlinkedLine:
    """A text that names the topic without a link; `expected` is the hash of the text as it is shown."""

    line: MentionLine
    expected: str
    is_inbox: bool
    is_connected: bool
    association_url: str
    link_url: str


@dataclass(frozen=True, slots=True)
class UnlinkedPart:
    """A page of those texts; `url` is where the whole list is."""

    lines: tuple[UnlinkedLine, ...]
    url: str
    next_url: str | None
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class MentionsPage:
    """All texts that mention a topic; `lines` are those that link to it."""

    title: str
    topic_url: str
    url: str
    lines: tuple[MentionLine, ...]
    first_url: str | None
    next_url: str | None
    unlinked: UnlinkedPart | None
    may_edit: bool


def backlink_line(addresses: Addresses, found: Backlink, *, inbox_id: int | None) -> MentionLine:
    """A text that links to the topic."""
    is_inbox = found.is_note and found.topic_id == inbox_id
    return MentionLine(
        id=found.occurrence_id,
        text="A note in the inbox" if is_inbox else found.label,
        href=_place(addresses, found.slug, found.occurrence_id, is_inbox=is_inbox),
        sign=None if found.type_id is None or is_inbox else found.type_id % SIGNS,
        kind="" if is_inbox else found.type_label or "",
        is_note=found.is_note and not is_inbox,
        snippet=snippet_of_link(found.html, found.number),
    )


def unlinked_part(addresses: Addresses, url: str, found: Unlinked) -> UnlinkedPart:
    """The texts that name the topic without a link; `url` is the address of the list."""
    return UnlinkedPart(
        lines=tuple(_unlinked(addresses, url, mention) for mention in found.mentions),
        url=url + addresses.query,
        next_url=_with(url, addresses, unlinked=found.next) if found.next is not None else None,
        is_stopped=found.is_stopped,
    )


def next_of(addresses: Addresses, url: str, last: Backlink) -> str:
    """Where the list of linking texts goes on after this one."""
    return _with(url, addresses, after=f"{last.occurrence_id}.{last.key}")


def _unlinked(addresses: Addresses, url: str, mention: Mention) -> UnlinkedLine:
    text = mention.text
    line = MentionLine(
        id=text.occurrence_id,
        text="A note in the inbox" if text.is_inbox else text.label,
        href=_place(addresses, text.slug, text.occurrence_id, is_inbox=text.is_inbox),
        sign=None if text.type_id is None or text.is_inbox else text.type_id % SIGNS,
        kind="" if text.is_inbox else text.type_label or "",
        is_note=text.is_note and not text.is_inbox,
        snippet=mention.snippet,
    )
    steps = f"{url}/{text.occurrence_id}"
    return UnlinkedLine(
        line=line,
        expected=text.sha256.hex(),
        is_inbox=text.is_inbox,
        is_connected=text.is_connected,
        association_url=f"{steps}/association{addresses.query}",
        link_url=f"{steps}/link{addresses.query}",
    )


def _place(addresses: Addresses, slug: str, occurrence_id: int, *, is_inbox: bool) -> str:
    if is_inbox:
        return f"{addresses.map_url}/notes?before={occurrence_id + 1}#text-{occurrence_id}"
    return f"{addresses.topic(slug)}#text-{occurrence_id}"


def _with(url: str, addresses: Addresses, **more: object) -> str:
    return f"{url}{addresses.query}{'&' if addresses.query else '?'}{urlencode(more)}"
