"""Addresses written without any brackets: web pages and e-mail addresses become links."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# Every repetition is bounded or cannot overlap with what follows, so a search takes linear time.
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_BARE = re.compile(
    r"(?<![\w/@.+:-])(?:"
    r"(?P<page>(?:https?|ftp)://[^\s<>\"`]{1,2000})"
    r"|(?P<www>www\.[^\s<>\"`/?#]{1,253}\.[^\s<>\"`]{2,2000})"
    rf"|(?P<mail>(?:mailto:)?[\w.+-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,8}})"
    r")",
    re.IGNORECASE,
)
_MARKS = "://", "@", "www.", "WWW."
_TRAILING = "?!.,:;*_~'\u2019\u201d\u00bb\u2026\\|"
_CLOSING = {")": "(", "]": "[", "}": "{"}


def link_bare_addresses(state: StateCore) -> None:
    """Core rule: split the text tokens that hold an address and are not inside a link already."""
    for block in state.tokens:
        if block.children and any(mark in block.content for mark in _MARKS):
            block.children = list(_with_links(block.children, state.md))


def _with_links(tokens: list[Token], md: MarkdownIt) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        if token.type.endswith("link_open"):
            depth += 1
        elif token.type.endswith("link_close"):
            depth -= 1
        if token.type == "text" and depth == 0:
            yield from _split(token, md)
        else:
            yield token


def _split(token: Token, md: MarkdownIt) -> Iterator[Token]:
    text, done = token.content, 0
    for found in _BARE.finditer(text):
        written = _without_trailing(found.group())
        href = md.normalizeLink(_PREFIX[found.lastgroup or "page"](written))
        if len(written) < 5 or not md.validateLink(href):
            continue
        if found.start() > done:
            yield _text(text[done : found.start()], token.level)
        yield Token("link_open", "a", 1, attrs={"href": href}, level=token.level, info="auto")
        yield _text(written, token.level + 1)
        yield Token("link_close", "a", -1, level=token.level, info="auto")
        done = found.start() + len(written)
    if done == 0:
        yield token
    elif done < len(text):
        yield _text(text[done:], token.level)


_PREFIX = {
    "page": lambda written: written,
    "www": lambda written: "http://" + written,
    "mail": lambda written: written if written[:7].lower() == "mailto:" else "mailto:" + written,
}


def _without_trailing(address: str) -> str:
    # What ends a sentence does not belong to the address, nor does a bracket that was opened before it.
    end = len(address)
    surplus = {closing: address.count(closing) - address.count(opening) for closing, opening in _CLOSING.items()}
    while end:
        last = address[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return address[:end]


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
