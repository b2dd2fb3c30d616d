"""What the pages of tags show."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from urllib.parse import urlencode

from contextualise.repository.reading.tags import PER_PAGE, SHOWN, TagCount, Tagged
from contextualise.web.pages.topics.links import SIGNS, Addresses, TopicLink, encoded
from contextualise.web.shared.templates import show_number

SIZES = 6


@dataclass(frozen=True, slots=True)
class TagWord:
    """A word of the cloud; `size` is from 1 to `SIZES`."""

    text: str
    href: str
    count: str
    size: int


@dataclass(frozen=True, slots=True)
class CloudPage:
    """All tags, or the most used ones."""

    words: tuple[TagWord, ...]
    by_count: tuple[TagWord, ...]
    note: str
    may_edit: bool


@dataclass(frozen=True, slots=True)
class TagPage:
    """One tag with the topics under it."""

    text: str
    topic_url: str
    back: str
    count: str
    rows: tuple[TopicLink, ...]
    next_url: str
    first_url: str


def cloud_page(tags: Sequence[TagCount], total: int, map_url: str, *, may_edit: bool) -> CloudPage:
    """The cloud: sizes grow with the logarithm of the count, between the rarest and the most frequent of those shown."""
    counts = [tag.count for tag in tags] or [1]
    low, high = log(min(counts)), log(max(counts))
    words = [TagWord(tag.label, f"{map_url}/tags/{encoded(tag.slug)}", show_number(tag.count), _size(tag.count, low, high)) for tag in tags]
    order = sorted(range(len(tags)), key=lambda index: (-tags[index].count, tags[index].label.casefold()))
    note = f"These are the {SHOWN} most used of {show_number(total)} tags." if total > len(tags) else ""
    return CloudPage(tuple(words), tuple(words[index] for index in order), note, may_edit)


def tag_page(tag: TagCount, tagged: Sequence[Tagged], map_url: str, *, is_first: bool) -> TagPage:
    """The page of one tag."""
    shown = tagged[:PER_PAGE]
    url = f"{map_url}/tags/{encoded(tag.slug)}"
    addresses = Addresses(map_url)
    rows = tuple(
        TopicLink(row.id, row.label, addresses.topic(row.slug), None if row.type_id is None else row.type_id % SIGNS, row.type_label or "")
        for row in shown
    )
    more = f"{url}?{urlencode({'after': f'{shown[-1].id}.{shown[-1].sort_key}'})}" if len(tagged) > PER_PAGE else ""
    count = f"{show_number(tag.count)} {'topic' if tag.count == 1 else 'topics'}"
    return TagPage(tag.label, addresses.topic(tag.slug), f"{map_url}/tags", count, rows, more, "" if is_first else url)


def _size(count: int, low: float, high: float) -> int:
    return 1 if high <= low else 1 + round((SIZES - 1) * (log(count) - low) / (high - low))
