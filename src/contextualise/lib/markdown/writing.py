"""How the parser's tokens are written where our pages want other HTML than the libraries' own."""

from collections.abc import Callable, Sequence

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from contextualise.lib.markdown.highlighting import highlight
from contextualise.lib.markdown.sheet import sheet_of


def _fence(_writer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    return highlight(token.content, token.info.strip().partition(" ")[0], sheet_of(env))


def _code_block(_writer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    return highlight(tokens[index].content, "", sheet_of(env))


def _table_open(_writer: RendererHTML, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
    # A wide table scrolls inside itself; the keyboard reaches it because it can take focus.
    return '<div class="table-scroll" tabindex="0"><table>\n'


def _table_close(_writer: RendererHTML, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
    return "</table></div>\n"


def _list_item_open(writer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    item = writer.renderToken(tokens, index, options, env)
    if "checked" not in token.meta:
        return item
    state, words = (' checked=""', "Done") if token.meta["checked"] else ("", "Not done")
    return f'{item}<input class="task-list-item-checkbox" type="checkbox" disabled="" aria-label="{words}"{state}> '


def _image(writer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    token.attrs |= {
        "alt": writer.renderInlineAsText(token.children or [], options, env),
        "loading": "lazy",
        "decoding": "async",
    }
    return writer.renderToken(tokens, index, options, env)


def _footnote_ref(_writer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    prefix, number, use = sheet_of(env).id_prefix, *_footnote(tokens[index])
    return (
        f'<sup class="footnote-ref"><a href="#{prefix}fn_{number}" id="{prefix}fnref_{number}{use}" role="doc-noteref">{number}</a></sup>'
    )


def _footnote_block_open(_writer: RendererHTML, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
    return '<section class="footnotes">\n<ol class="footnotes-list">\n'


def _footnote_open(_writer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    return f'<li id="{sheet_of(env).id_prefix}fn_{_footnote(tokens[index])[0]}" class="footnote-item">'


def _footnote_anchor(_writer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    prefix, number, use = sheet_of(env).id_prefix, *_footnote(tokens[index])
    # The variation selector keeps phones from showing the arrow as a picture.
    return (
        f' <a href="#{prefix}fnref_{number}{use}" class="footnote-backref" role="doc-backlink"'
        f' aria-label="Back to reference {number}">\u21a9\ufe0e</a>'
    )


def _footnote(token: Token) -> tuple[str, str]:
    # An underscore, because the ids of headings have none.
    use = token.meta.get("subId", 0)
    return escapeHtml(str(token.meta["id"] + 1)), f"_{use + 1}" if use else ""


RULES: dict[str, Callable[[RendererHTML, Sequence[Token], int, OptionsDict, EnvType], str]] = {
    "fence": _fence,
    "code_block": _code_block,
    "table_open": _table_open,
    "table_close": _table_close,
    "list_item_open": _list_item_open,
    "image": _image,
    "footnote_ref": _footnote_ref,
    "footnote_block_open": _footnote_block_open,
    "footnote_open": _footnote_open,
    "footnote_anchor": _footnote_anchor,
}
