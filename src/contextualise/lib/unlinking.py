"""Links of a page that lead where its reader may not go, shown as the words that they are."""

import re
from collections.abc import Callable
from html import unescape

_ATTRIBUTE = r'\s+[^\s=>"]+(?:="[^"]*")?'
_LINK = re.compile(rf"<a\b((?:{_ATTRIBUTE})*)\s*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r'\shref="([^"]*)"', re.IGNORECASE)
_KEPT = re.compile(r'\s(?:class|lang|dir|title)="[^"]*"', re.IGNORECASE)  # what is for the eye or the ear alone


def unlink(html: str, is_open: Callable[[str], bool]) -> str:
    """The page with plain words in place of links to addresses that are not open. Attributes must be in double quotes, as ours are."""

    def words(found: re.Match[str]) -> str:
        attributes, inside = found[1], found[2]
        href = _HREF.search(attributes)
        if href is None or is_open(unescape(href[1])):
            return found[0]
        return f"<span{''.join(_KEPT.findall(attributes))}>{inside}</span>"

    return _LINK.sub(words, html)
