"""The Markdown dialect: CommonMark with tables, strikethrough, footnotes, definition and task lists."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from contextualise.lib.addresses import is_safe
from contextualise.lib.markdown.arranging import arrange
from contextualise.lib.markdown.bare_addresses import link_bare_addresses
from contextualise.lib.markdown.naming import name_people
from contextualise.lib.markdown.sheet import TooComplex, sheet_of
from contextualise.lib.markdown.wiki_links import number_wiki_links, wiki_link, wiki_link_at_last
from contextualise.lib.markdown.writing import RULES

# Levels of quotes and lists inside one another; a list counts twice. Beyond it the parser would drop text.
_MAX_DEPTH = 32
_MAX_ADDRESS = 4_000

# What a check costs in the unit of one inline step, as measured: deep lines and brackets look far around.
_BLOCK_STEP = 0.1
_BRACKET_STEP = 4


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return len(url) <= _MAX_ADDRESS and is_safe(url)


@cache
def markdown_parser() -> MarkdownIt:
    """Return the one parser; it keeps nothing of a text, so threads may share it.

    Raw HTML is off: what looks like a tag is shown as text.
    """
    parser = _Parser(
        "commonmark",
        {"html": False, "tasklists": True, "xhtmlOut": False, "maxNesting": 2 * _MAX_DEPTH},
    )
    parser.enable(["table", "strikethrough"])
    # Inline footnotes nest without a bound in the plugin, and ``[^1]`` says the same.
    parser.use(footnote_plugin, inline=False)
    parser.use(deflist_plugin)
    parser.inline.ruler.before("link", "wiki_link", wiki_link)
    parser.inline.ruler.after("link", "wiki_link_at_last", wiki_link_at_last)
    _add_guards(parser)
    for name, write in RULES.items():
        parser.add_render_rule(name, write)
    for rule in (link_bare_addresses, number_wiki_links, arrange):
        parser.core.ruler.push(rule.__name__, rule)
    return parser


@cache
def remark_parser() -> MarkdownIt:
    """Return the parser of remarks: no headings, tables, footnotes or pictures; a line ends where its writer ended it.

    What it does not know is shown as typed.
    """
    parser = _Parser("commonmark", {"html": False, "xhtmlOut": False, "breaks": True, "maxNesting": 2 * _MAX_DEPTH})
    parser.enable("strikethrough")
    parser.disable(["heading", "lheading", "hr", "reference", "html_block", "html_inline", "image"])
    parser.inline.ruler.before("link", "wiki_link", wiki_link)
    parser.inline.ruler.after("link", "wiki_link_at_last", wiki_link_at_last)
    _add_guards(parser)
    for name in ("fence", "code_block"):
        parser.add_render_rule(name, RULES[name])
    for rule in (link_bare_addresses, number_wiki_links, arrange, name_people):
        parser.core.ruler.push(rule.__name__, rule)
    return parser


def _add_guards(parser: MarkdownIt) -> None:
    # A guard is a rule that never matches: it is asked first at every step, and so can count them.
    everywhere = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("table", "guard", _guard_block, {"alt": everywhere})
    parser.inline.ruler.before("text", "guard", _guard_inline)
    parser.core.ruler.after("block", "guard", _guard_tokens)


def _guard_block(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    if state.level > _MAX_DEPTH:
        raise TooComplex
    sheet_of(state.env).spend(_BLOCK_STEP * (1 + state.level / 2))
    return False


def _guard_inline(state: StateInline, _silent: bool) -> bool:
    sheet_of(state.env).spend(_BRACKET_STEP if state.src[state.pos] in "[!" else 1)
    return False


def _guard_tokens(state: StateCore) -> None:
    # Short table rows are filled up to the width of the header, at 370 times their size.
    if len(state.tokens) > sheet_of(state.env).tokens_allowed:
        raise TooComplex
