"""Texts of a topic."""

from dataclasses import dataclass

from contextualise.lib.markdown import fill_links
from contextualise.repository.reading.records import OccurrenceRow
from contextualise.repository.reading.topic import TEXT
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.facts import Fact
from contextualise.web.pages.topics.links import SIGNS


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A text; `kind` is empty for the topic's own text. What fits the reader's context best has the lowest `rank`."""

    id: int
    rank: tuple[bool, int, int]
    html: str
    kind: str
    kind_url: str
    sign: int
    beginning: str
    lang: str | None
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


def text_of(row: OccurrenceRow, page: Bearings) -> TextBlock:
    """A text with its wiki links filled in."""
    is_own = row.type_id == page.base(TEXT)
    kind, kind_url = ("", "") if is_own else page.kind(row.type_id)
    themes = set(page.scopes.ids(row.scope_id))
    shared = len(themes & set(page.record.context))
    return TextBlock(
        row.id,
        (not is_own, -shared, len(themes)),
        fill_links(row.html or "", page.targets.get(row.id, {}), page.create),
        kind,
        kind_url,
        row.type_id % SIGNS,
        row.beginning or "",
        page.scopes.language(row.scope_id),
        page.scopes.links(row.scope_id),
        page.details(row.id),
    )
