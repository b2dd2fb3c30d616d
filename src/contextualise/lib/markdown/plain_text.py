"""The words of a text without its markup, for search and for excerpts."""

from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from contextualise.lib.names import collapse_spaces

_CELL_ENDS = ("th_close", "td_close")


def excerpt(plain: str, length: int = 200) -> str:
    """Return the beginning of a plain text on one line, cut between words with an ellipsis, never longer than asked."""
    line = collapse_spaces(plain[: 4 * length + 1000])
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    if line[length - 1] != " ":
        whole_words = cut.rpartition(" ")[0]
        cut = whole_words if len(whole_words) > length // 2 else cut
    return cut.rstrip(" ,;:\u2013\u2014-") + "…"


def words_of(tokens: Iterable[Token]) -> str:
    """Return the text of inline tokens on one line; an image gives its description."""
    return collapse_spaces("".join(_inline(tokens)))


def plain_text(tokens: Iterable[Token]) -> str:
    """Return the text of a whole document, one line for each block or row."""
    return "".join(_blocks(tokens)).strip()


def _blocks(tokens: Iterable[Token]) -> Iterator[str]:
    in_cell = False
    for token in tokens:
        if token.type in ("th_open", "td_open"):
            in_cell = True
        elif token.type in _CELL_ENDS:
            in_cell = False
            yield " "
        elif token.type == "tr_close":
            yield "\n"
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n") + "\n"
        elif token.type == "inline":
            yield words_of(token.children or ())
            yield "" if in_cell else "\n"


def _inline(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special"):
            yield token.content
        elif token.type == "image":
            yield words_of(token.children or ())
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
