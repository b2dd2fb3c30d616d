"""`@Ada` in a remark: the people who are named in it are marked."""

from collections.abc import Iterator

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from contextualise.lib.markdown.sheet import Sheet, sheet_of

MENTION = "mention"
MOST_NAMED = 50


def name_people(state: StateCore) -> None:
    """Core rule: mark the namings in words that are no code and no link, and collect who is named."""
    sheet = sheet_of(state.env)
    if sheet.people is None:
        return
    for block in state.tokens:
        if block.children and "@" in block.content:
            block.children = list(_with_namings(block.children, sheet))


def _with_namings(tokens: list[Token], sheet: Sheet) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += {1: 1, -1: -1}.get(token.nesting, 0) if token.tag == "a" else 0
        if token.type == "text" and depth == 0:
            yield from _split(token, sheet)
        else:
            yield token


def _split(token: Token, sheet: Sheet) -> Iterator[Token]:
    assert sheet.people is not None
    text, done = token.content, 0
    for naming in sheet.people.named_in(text):
        if len(sheet.named | naming.ids) > MOST_NAMED:
            break
        sheet.named |= naming.ids
        if naming.start > done:
            yield Token("text", "", 0, content=text[done : naming.start], level=token.level)
        yield Token("mention_open", "span", 1, attrs={"class": MENTION}, level=token.level)
        yield Token("text", "", 0, content=text[naming.start : naming.end], level=token.level)
        yield Token("mention_close", "span", -1, level=token.level)
        done = naming.end
    if done == 0:
        yield token
    elif done < len(text):
        yield Token("text", "", 0, content=text[done:], level=token.level)
