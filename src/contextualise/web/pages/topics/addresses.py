"""Links of a topic to pages elsewhere."""

from urllib.parse import urlsplit

from contextualise.repository.reading.records import OccurrenceRow
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.facts import safe_href
from contextualise.web.pages.topics.media import Resource, resource_of


def link_of(row: OccurrenceRow, page: Bearings) -> Resource:
    """An address with its title, or itself where it has none."""
    href = safe_href(row.value)
    host = urlsplit(href).hostname if href.startswith("http") else ""
    return resource_of(row, page, row.title or row.value, href, (host or "").removeprefix("www."), "globe")
