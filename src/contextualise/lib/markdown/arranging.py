"""What our pages ask of a text beyond plain HTML: headings below the page's own, careful links, images of this site."""

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from contextualise.lib.addresses import leads_away
from contextualise.lib.markdown.plain_text import words_of
from contextualise.lib.markdown.sheet import Heading, Sheet, sheet_of

# Says nothing to other sites about where the reader comes from, and lends them no weight in search engines.
OUTSIDE_REL = "nofollow noopener noreferrer"
_FILES = "files/"
_FILE = re.compile(r"files/[0-9a-f]{64}/[^/?#]+$")  # by the SHA-256 of its bytes, so that no renaming, moving or copying breaks it
_READING_WIDTH = 1280
_DEEPEST = 6
_HEADING_STEPS = 2
_STEPS_PER_CHARACTER = 0.01


def arrange(state: StateCore) -> None:
    """Core rule, the last one: set levels, ids, link relations and the classes of cells."""
    sheet = sheet_of(state.env)
    for position, token in enumerate(state.tokens):
        if token.type == "heading_open":
            _arrange_heading(token, state.tokens[position + 1], state.tokens[position + 2], sheet)
        elif token.type in ("th_open", "td_open"):
            _arrange_cell(token)
        if token.children:
            token.children = _arrange_links(token.children, sheet)


def _arrange_heading(opening: Token, words: Token, closing: Token, sheet: Sheet) -> None:
    sheet.spend(_HEADING_STEPS)
    level = min(int(opening.tag[1]) + sheet.heading_offset, _DEEPEST)
    text = words_of(words.children or [])
    opening.tag = closing.tag = f"h{level}"
    anchor = sheet.anchor(text)
    opening.attrSet("id", anchor)
    sheet.headings.append(Heading(level, anchor, text))


def _arrange_cell(token: Token) -> None:
    # The content policy allows no style attributes.
    style = str(token.attrs.pop("style", ""))
    if style:
        token.attrSet("class", "cell--" + style.removeprefix("text-align:"))


def _arrange_links(tokens: list[Token], sheet: Sheet) -> list[Token]:
    arranged: list[Token] = []
    inside_link = False
    for token in tokens:
        # One long address defined once can be used ten thousand times, so its length counts at each use.
        sheet.spend(sum(len(str(value)) for value in token.attrs.values()) * _STEPS_PER_CHARACTER)
        if token.type == "link_open":
            _arrange_link(token, sheet)
            inside_link = True
        elif token.type == "link_close":
            inside_link = False
        if token.type == "image" and _FILE.match(str(token.attrGet("src") or "")):
            arranged.extend(_picture(token, sheet, inside_link))
        elif token.type == "image" and leads_away(str(token.attrGet("src") or ""), sheet.base):
            arranged.extend(_image_as_words(token, sheet, inside_link))
        else:
            arranged.append(token)
    return arranged


def _arrange_link(token: Token, sheet: Sheet) -> None:
    href = str(token.attrGet("href") or "")
    if href.startswith("#"):
        token.attrSet("href", f"#{sheet.id_prefix}{href[1:]}")
    elif _FILE.match(href):
        token.attrSet("href", sheet.files + href.removeprefix(_FILES))
    elif leads_away(href, sheet.base):
        token.attrSet("rel", OUTSIDE_REL)


def _picture(image: Token, sheet: Sheet, inside_link: bool) -> list[Token]:
    """A picture of this map, in a size for reading, leading to the whole of it."""
    address = sheet.files + str(image.attrGet("src")).removeprefix(_FILES)
    image.attrSet("src", f"{address}?width={_READING_WIDTH}")
    # A link needs words, which a decorative picture has none of.
    if inside_link or not words_of(image.children or []).strip():
        return [image]
    return [Token("link_open", "a", 1, attrs={"href": address}), image, Token("link_close", "a", -1)]


def _image_as_words(image: Token, sheet: Sheet, inside_link: bool) -> list[Token]:
    # A picture of another site is never loaded: it would tell that site who reads here. It becomes a link to it.
    source = str(image.attrGet("src"))
    words = Token("text", "", 0, content=words_of(image.children or []) or source)
    if inside_link:
        return [words]
    opening = Token("link_open", "a", 1, attrs={"href": source, "class": "outside-image"})
    _arrange_link(opening, sheet)
    return [opening, words, Token("link_close", "a", -1)]
