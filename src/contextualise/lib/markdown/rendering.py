"""From Markdown to safe HTML, plain text and the list of links to topics."""

import re
from dataclasses import dataclass

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from contextualise.lib.markdown.highlighting import SECONDS_PER_TEXT
from contextualise.lib.markdown.parser import markdown_parser
from contextualise.lib.markdown.plain_text import plain_text
from contextualise.lib.markdown.sanitising import sanitise
from contextualise.lib.markdown.sheet import Heading, Sheet, TooComplex, WikiLink, new_env

# Bytes of UTF-8; a long novel has about as many.
MAX_SOURCE = 1_000_000

# Control characters mean nothing in a text, and lone surrogates cannot be stored.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ID_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class SourceTooLong(ValueError):
    """The text is longer than MAX_SOURCE bytes."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text made ready for reading.

    ``html`` is sanitised; a wiki link in it is a placeholder numbered by its position in ``links``, for
    ``fill_links``. ``as_written`` says that the text was too complex to format and is shown unformatted.
    """

    html: str
    plain: str
    links: tuple[WikiLink, ...]
    headings: tuple[Heading, ...]
    as_written: bool = False


def render(source: str, *, base: str = "", files: str = "", id_prefix: str = "text-", heading_offset: int = 1) -> Rendered:
    """Return a Markdown text as HTML, plain text, links and headings; any text renders.

    ``base`` is the origin of this site, whose absolute addresses do not count as outside. ``files`` is where this map's files
    are, with a slash at its end: ``![words](files/<SHA-256>/<name>)`` shows one of them. ``id_prefix`` begins
    every id, so that several texts share a page. ``heading_offset`` pushes headings below the page's own.
    Time and size of the result are bounded by the length of the text: one that asks for more is shown as written.
    Raises SourceTooLong, and ValueError for an ``id_prefix`` that is no letter followed by letters, digits, ``-``, ``_``.
    """
    if not _ID_PREFIX.fullmatch(id_prefix):
        raise ValueError(f"not a prefix for ids: {id_prefix!r}")
    text = cleaned(source)
    sheet = Sheet(
        id_prefix=id_prefix,
        base=base,
        files=files,
        heading_offset=heading_offset,
        # Texts of people take 0.1 to 0.5 steps and 1.2 tokens a character, dense tables and lists included.
        steps_left=20_000 + 0.6 * len(text),
        tokens_allowed=40_000 + int(1.5 * len(text)),
        html_allowed=200_000 + 10 * len(text),
        highlight_seconds=SECONDS_PER_TEXT,
    )
    try:
        html, tokens = _formatted(text, sheet)
    except (TooComplex, RecursionError):
        return _as_written(text)
    return Rendered(html, plain_text(tokens), tuple(sheet.links), tuple(sheet.headings))


def cleaned(source: str) -> str:
    """Return the text without what cannot be stored or means nothing; raises SourceTooLong."""
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", source))
    if len(text) > MAX_SOURCE or len(text.encode()) > MAX_SOURCE:
        raise SourceTooLong(f"The text is longer than {MAX_SOURCE:,} bytes.")
    return text


def _formatted(text: str, sheet: Sheet) -> tuple[str, list[Token]]:
    parser, env = markdown_parser(), new_env(sheet)
    tokens = parser.parse(text, env)
    html = parser.renderer.render(tokens, parser.options, env)
    if len(html) > 2 * sheet.html_allowed:
        raise TooComplex
    return sanitise(html), tokens


def _as_written(text: str) -> Rendered:
    return Rendered(sanitise(as_written(text)), text, (), (), as_written=True)


def as_written(text: str) -> str:
    """Return the HTML of a text that is shown unformatted."""
    return f'<pre class="as-written" tabindex="0">{escapeHtml(text)}</pre>'
