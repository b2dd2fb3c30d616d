"""The one thing done to a stored text when it is read: its wiki links get their current addresses."""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

# The form in which the sanitiser writes the placeholder. A reader's text cannot contain it: there, "<" is "&lt;",
# and inside an attribute a quotation mark is "&quot;".
_PLACEHOLDER = re.compile(r'<a class="wikilink" data-wiki="(\d+)"(?: data-target="([^"]*)")?>([^<]*)</a>')


def fill_links(html: str, resolved: Mapping[int, str | None], create: Callable[[str], str] | None = None) -> str:
    """Return the HTML of a rendered text with the addresses of its wiki links in place.

    ``resolved`` gives the address for a link's number. A link without one is plain text for readers; for those who
    may create topics, ``create`` turns the wanted name into the address where it is made.
    """

    def fill(found: re.Match[str]) -> str:
        label = found[3]
        href = resolved.get(int(found[1]))
        if href:
            return f'<a class="wikilink" href="{escape(href)}">{label}</a>'
        if create is None:
            return label
        wanted = unescape(found[2] or label)
        return f'<a class="wikilink wikilink--missing" href="{escape(create(wanted))}" title="Create “{escape(wanted)}”">{label}</a>'

    return _PLACEHOLDER.sub(fill, html)
