"""Names of topics in running text: found as whole words, shown in their sentence, turned into links."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice

from contextualise.lib.markdown import SourceTooLong, fill_links, render
from contextualise.lib.names import collapse_spaces, match_key

SHORTEST = 3  # letters and digits; shorter names are found everywhere
MOST_NAMES = 30
WIDTH = 110  # characters of a sentence on either side of a mention
_TRIES = 8  # places of a text that are tried before the writer is asked to link by hand
_LONG = 100_000  # characters; of a longer text, which takes seconds to render, only the first two are
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=\S)")
_TAG = re.compile(r"<[^>]*>")
_BLOCK_TAG = re.compile(
    r"</?(?:p|li|ul|ol|h[1-6]|td|th|tr|table|div|dd|dt|dl|pre|blockquote|section|figure|figcaption|hr)\b[^>]*>|<br[^>]*>"
)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A mention and what stands around it, on one line; an ellipsis says that the sentence goes on."""

    before: str
    words: str
    after: str


def findable(names: Iterable[str]) -> list[str]:
    """The names that can be looked for in texts, the longest first, each spelling once."""
    kept: dict[str, str] = {}
    for name in names:
        value = collapse_spaces(name)
        if sum(character.isalnum() for character in value) >= SHORTEST:
            kept.setdefault(match_key(value), value)
    return sorted(kept.values(), key=len, reverse=True)[:MOST_NAMES]


def pattern_of(names: Sequence[str]) -> re.Pattern[str]:
    """What finds any of the names as whole words, whatever their capitals and line breaks."""
    each = "|".join(_SPACE.sub(r"\\s+", re.escape(name).replace(r"\ ", " ")) for name in names)
    return re.compile(rf"(?<!\w)(?:{each})(?!\w)", re.IGNORECASE)


def snippet_at(plain: str, start: int, end: int) -> Snippet:
    """The sentence around a piece of a plain text."""
    first, last = plain.rfind("\n", 0, start) + 1, plain.find("\n", end)
    return _snippet(plain[first:start], plain[start:end], plain[end : last if last >= 0 else len(plain)])


def snippet_of_link(html: str, number: int) -> Snippet | None:
    """The sentence around a wiki link in a piece of a rendered text; None where the piece does not hold it whole."""
    opening = f'<a class="wikilink" data-wiki="{number}"'
    start = html.find(opening)
    inside = html.find(">", start + len(opening)) + 1 if start >= 0 else 0
    end = html.find("</a>", inside) if inside else -1
    if end < 0:
        return None
    before = _BLOCK_TAG.split(html[:start])[-1]
    before = before[before.find(">") + 1 :] if _is_cut(before) else before
    after = _BLOCK_TAG.split(html[end:])[0].rpartition("<")[0] if _ends_inside_tag(html[end:]) else _BLOCK_TAG.split(html[end:])[0]
    return _snippet(_words(before), _words(html[inside:end]), _words(after))


def _is_cut(html: str) -> bool:
    """Whether a piece begins in the middle of a tag."""
    opening, closing = html.find("<"), html.find(">")
    return closing >= 0 and (opening < 0 or closing < opening)


def _ends_inside_tag(html: str) -> bool:
    first = _BLOCK_TAG.split(html)[0]
    return first.rfind("<") > first.rfind(">")


def _words(html: str) -> str:
    return unescape(_TAG.sub("", html))


def _snippet(before: str, words: str, after: str) -> Snippet:
    ends = [found.end() for found in _SENTENCE_END.finditer(before)]
    before = before[ends[-1] :] if ends else before
    stop = _SENTENCE_END.search(after)
    after = after[: stop.start()] if stop else after
    return Snippet(_shortened_before(_SPACE.sub(" ", before)), collapse_spaces(words), _shortened_after(_SPACE.sub(" ", after)))


def _shortened_before(text: str) -> str:
    text = text.lstrip()
    if len(text) <= WIDTH:
        return text
    cut = text[-WIDTH:]
    return "…" + (cut.partition(" ")[2] if " " in cut[:30] else cut)


def _shortened_after(text: str) -> str:
    text = text.rstrip()
    if len(text) <= WIDTH:
        return text
    cut = text[:WIDTH]
    return (cut.rpartition(" ")[0] if " " in cut[-30:] else cut) + "…"


def with_link(source: str, pattern: re.Pattern[str], targets: Sequence[str], own: Iterable[str]) -> str | None:
    """The Markdown with its first mention turned into a wiki link; None where no mention can become one without changing what is read.

    `own` are the names, as `match_key` compares them, that mean the topic when they stand in a link by themselves; any other way of
    writing it becomes `[[target|as written]]` with the first of `targets`. Mentions in code, addresses and other links are passed over.
    """
    try:
        before = render(source)
    except SourceTooLong:
        return None
    plainly, as_read = set(own), fill_links(before.html, {})
    for found in islice(pattern.finditer(source), _TRIES if len(source) < _LONG else 2):
        for link in _links(collapse_spaces(found[0]), targets, plainly):
            changed = f"{source[: found.start()]}{link}{source[found.end() :]}"
            after = render(changed)
            added = Counter(each.target for each in after.links) - Counter(each.target for each in before.links)
            if added.total() == 1 and len(after.links) == len(before.links) + 1 and fill_links(after.html, {}) == as_read:
                return changed
    return None


def _links(written: str, targets: Sequence[str], own: set[str]) -> list[str]:
    if match_key(written) in own:
        return [f"[[{written}]]"]
    return [f"[[{target}{bar}{written}]]" for target in targets[:1] for bar in ("|", "\\|")]
