"""``[[Target]]`` and ``[[Target|label]]``: links to topics by any of their names."""

import re

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from contextualise.lib.markdown.sheet import Sheet, WikiLink, sheet_of
from contextualise.lib.names import collapse_spaces, match_key

MAX_LINKS = 500
_MAX_INSIDE = 600
_INSIDE = re.compile(rf"\[\[([^\[\]]{{1,{_MAX_INSIDE}}})\]\]")


def wiki_link(state: StateInline, silent: bool) -> bool:
    """Inline rule, before ordinary links: take a wiki link, but leave ``[[1]](address)`` to them."""
    return _take(state, silent, unless_before="(")


def wiki_link_at_last(state: StateInline, silent: bool) -> bool:
    """Inline rule, after ordinary links: take what turned out to be none, as in ``[[Tosca]](an opera)``."""
    return _take(state, silent, unless_before=None)


def _take(state: StateInline, silent: bool, unless_before: str | None) -> bool:
    # No link inside the text of an ordinary link.
    if not state.src.startswith("[[", state.pos) or state.linkLevel:
        return False
    found = _INSIDE.match(state.src, state.pos, state.posMax)
    if found is None or state.src[found.end() : found.end() + 1] == unless_before:
        return False
    # In a table the bar is written \| and the table has taken the backslash away; elsewhere it is still there.
    target, bar, label = (collapse_spaces(part) for part in found.group(1).replace("\\|", "|").partition("|"))
    if not target or (bar and not label):
        return False
    if not silent:
        _push(state, target, label or target)
    state.pos = found.end()
    return True


def number_wiki_links(state: StateCore) -> None:
    """Core rule: give the links that will be shown their numbers; those beyond the limit become text."""
    sheet = sheet_of(state.env)
    for block in state.tokens:
        if block.children:
            block.children = _numbered(block.children, sheet)


def _push(state: StateInline, target: str, label: str) -> None:
    opening = state.push("wiki_link_open", "a", 1)
    opening.meta = {"link": WikiLink(match_key(target), target, label)}
    state.push("text", "", 0).content = label
    state.push("wiki_link_close", "a", -1)


def _numbered(tokens: list[Token], sheet: Sheet) -> list[Token]:
    kept: list[Token] = []
    dropping = False
    for token in tokens:
        if token.type == "wiki_link_open":
            dropping = len(sheet.links) >= MAX_LINKS
            if not dropping:
                _number(token, sheet)
        if not (dropping and token.type.startswith("wiki_link")):
            kept.append(token)
    return kept


def _number(token: Token, sheet: Sheet) -> None:
    link: WikiLink = token.meta["link"]
    token.attrs = {"class": "wikilink", "data-wiki": len(sheet.links)}
    if link.label != link.target:
        token.attrs["data-target"] = link.target
    sheet.links.append(link)
