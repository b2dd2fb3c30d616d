"""Code in colours: Pygments gives words their classes, the style sheet the classes their looks."""

import re
from collections.abc import Iterator
from functools import cache
from io import StringIO
from time import thread_time
from typing import TypeVar

from markdown_it.common.utils import escapeHtml
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

from contextualise.lib.markdown.sheet import Sheet

# Pygments' lexers are thousands of regular expressions, and some take minutes over a few thousand spaces. So only
# code that looks like code is coloured, in languages that were tried with hostile input, for a bounded time.
MAX_BLOCK = 20_000
SECONDS_PER_TEXT = 0.5
_UNLIKE_CODE = re.compile(r"[^\n]{500}|[^\S\n]{100}|(?:[^\S\n]*\n){15}|([^\w\s])\1{80}")

_TRIED = """
    ada apl awk bash bat bibtex c clojure cmake cobol common-lisp coffeescript cpp csharp css cypher d dart
    diff django docker ebnf elixir elm erlang fish forth fortran fsharp gherkin glsl go graphql graphviz groovy
    haskell hcl html http ini java javascript jinja json json5 jsonld julia kotlin latex less lisp lua makefile
    markdown matlab mysql nginx nim nix objective-c ocaml octave pascal perl php plpgsql postgresql
    powershell prolog properties protobuf psql python pycon r racket rst ruby rust sass scala scheme
    scss sed sh shell shexc smalltalk sml solidity sparql sql sqlite3 swift systemverilog tcl terraform tex
    toml ts tsql turtle typescript typst verilog vhdl vim vue wast xml xquery xslt yaml zig
"""
LANGUAGES = frozenset(_TRIED.split())
_SHORT_NAMES = {
    "c++": "cpp",
    "c#": "csharp",
    "cs": "csharp",
    "dockerfile": "docker",
    "dot": "graphviz",
    "f#": "fsharp",
    "golang": "go",
    "hs": "haskell",
    "htm": "html",
    "js": "javascript",
    "jsx": "javascript",
    "kt": "kotlin",
    "make": "makefile",
    "md": "markdown",
    "mjs": "javascript",
    "objc": "objective-c",
    "pl": "perl",
    "postgres": "postgresql",
    "ps1": "powershell",
    "py": "python",
    "py3": "python",
    "python3": "python",
    "rb": "ruby",
    "rs": "rust",
    "svg": "xml",
    "tsx": "typescript",
    "ttl": "turtle",
    "yml": "yaml",
    "zsh": "bash",
}
_PLAIN_WORD = re.compile(r"[^\w+#.-]")
_CLASSES = HtmlFormatter(nowrap=True)


T = TypeVar("T")


class _TookTooLong(Exception):
    pass


def highlight(code: str, language: str, sheet: Sheet) -> str:
    """Return a block of code as HTML, coloured if its language is known and that is done within the text's time."""
    label = _PLAIN_WORD.sub("", language)[:30]
    named = f' data-language="{escapeHtml(label)}"' if label else ""
    inner = _coloured(code, label.lower(), sheet) or escapeHtml(code)
    return f'<div class="highlight"{named}><pre tabindex="0"><code>{inner}</code></pre></div>\n'


def _coloured(code: str, language: str, sheet: Sheet) -> str | None:
    language = _SHORT_NAMES.get(language, language)
    if language not in LANGUAGES or len(code) > MAX_BLOCK or _UNLIKE_CODE.search(code):
        return None
    started = thread_time()
    written = StringIO()
    try:
        _CLASSES.format(_within(started + sheet.highlight_seconds, _lexer(language).get_tokens(code)), written)
    except _TookTooLong:
        return None
    finally:
        sheet.highlight_seconds -= thread_time() - started
    return written.getvalue()


def _within(deadline: float, tokens: Iterator[T]) -> Iterator[T]:
    for token in tokens:
        if thread_time() > deadline:
            raise _TookTooLong
        yield token


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False)
