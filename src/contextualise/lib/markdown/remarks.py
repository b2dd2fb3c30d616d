"""Remarks: short Markdown of people who talk about something, rendered once when it is written."""

from dataclasses import dataclass

from contextualise.lib.markdown.highlighting import SECONDS_PER_TEXT
from contextualise.lib.markdown.parser import remark_parser
from contextualise.lib.markdown.plain_text import plain_text
from contextualise.lib.markdown.rendering import as_written, cleaned
from contextualise.lib.markdown.sanitising import sanitise_remark
from contextualise.lib.markdown.sheet import Sheet, TooComplex, WikiLink, new_env
from contextualise.lib.people import People


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark made ready for reading: sanitised HTML with placeholders for ``fill_links``, its words, and who is named in it."""

    html: str
    plain: str
    links: tuple[WikiLink, ...]
    named: frozenset[int]


def render_remark(source: str, people: People, *, base: str = "", files: str = "") -> Remark:
    """Return a remark as HTML, plain text, links and people; any text renders. ``base`` and ``files`` are as for ``render``."""
    text = cleaned(source)
    sheet = Sheet(
        id_prefix="comment-",
        base=base,
        files=files,
        people=people,
        heading_offset=1,
        steps_left=20_000 + 0.6 * len(text),
        tokens_allowed=10_000 + int(1.5 * len(text)),
        html_allowed=100_000 + 10 * len(text),
        highlight_seconds=SECONDS_PER_TEXT,
    )
    parser, env = remark_parser(), new_env(sheet)
    try:
        tokens = parser.parse(text, env)
        html = parser.renderer.render(tokens, parser.options, env)
        if len(html) > 2 * sheet.html_allowed:
            raise TooComplex
    except (TooComplex, RecursionError):
        return Remark(sanitise_remark(as_written(text)), text, (), frozenset())
    return Remark(sanitise_remark(html), plain_text(tokens), tuple(sheet.links), frozenset(sheet.named))
