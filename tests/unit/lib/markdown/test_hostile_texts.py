"""Any text renders, in bounded time, into HTML that runs nothing."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contextualise.lib.addresses import SAFE_SCHEMES
from contextualise.lib.markdown import fill_links, render

# One fragment a line; the escapes are Python's.
FRAGMENTS = [
    *"[]()<>*_~`#|\\!^:-+=&\"'\n\t\x00\x1b\x7f\u2028\u202e\ud800\ufeff",
    *("\n\n", "    ", "> ", "- ", "1. ", "- [x] ", "\n---\n", "```\n", "~~~html\n", "```python\nx = '''<b>"),
    *("| a | b |\n|---|:-:|\n", "[^1]", "\n[^1]: ", "\nterm\n: ", "*a*", "**b**", "~~c~~", "&lt;", "&#0;", "&#x3a;"),
    *("[[", "]]", "[[Tosca]]", "[[a|b]]", "[[a\\|<i>]]", "![", "](", "](/x)", "[x]: ", "[x]", "# fn 1\n"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<style>*{}</style>"),
    *("<a href='javascript:alert(1)'>", "javascript:alert(1)", "JaVaScRiPt&colon;alert(1)", "java\tscript:alert(1)"),
    *("data:text/html;base64,PHM+", "vbscript:x", "//evil.example", "https://example.org/?a=<b>\"'", "www.example.org"),
    *("a@example.org", "mailto:a@b.c?body=<script>", "http://[::1]/", "https://xn--\u0130", "</pre></div>", "]]>"),
    *('" onmouseover="alert(1)', "' style='position:fixed", '<a class="wikilink" data-wiki="0">x</a>', "id=main"),
    *("<!--", "-->", "<![CDATA[", "é", "歌劇", "\u0301" * 9, "👩‍👩‍👧", "\u0627\u0644", "ﬁ", "İ", "ß", "𝕏", "${", "{{ 1 }}", "{% x %}"),
]
TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=40).map("".join)

ALLOWED_ATTRIBUTES = {
    *("href", "title", "id", "class", "rel", "role", "aria-label", "data-wiki", "data-target", "data-language", "tabindex"),
    *("src", "alt", "loading", "decoding", "type", "disabled", "checked", "start"),
}
TAGS = """
    a blockquote br code dd div dl dt em h2 h3 h4 h5 h6 hr img input li ol p pre s section span strong sup table tbody
    td th thead tr ul
"""
ALLOWED_TAGS = set(TAGS.split())


class Inspector(HTMLParser):
    """Reads the HTML with a parser other than the sanitiser's and notes whatever should not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ALLOWED_ATTRIBUTES:
                self.wrong.append(f"{tag} {name}")
            elif name in ("href", "src"):
                self._check_address(value or "")
            elif name == "id":
                self.ids.append(value or "")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"instruction {data}")

    def _check_address(self, address: str) -> None:
        seen = "".join(ch for ch in address if ch > " ")
        before, colon, _ = seen.partition(":")
        if colon and not set(before) & set("/?#") and before.lower() not in SAFE_SCHEMES:
            self.wrong.append(address)


def check(source: str) -> None:
    rendered = render(source, id_prefix="t7-")
    html = fill_links(rendered.html, {0: "/maps/1/topics/a"}, lambda name: "/maps/1/topics/new?name=" + str(len(name)))
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    assert inspector.wrong == []
    assert all(name.startswith("t7-") for name in inspector.ids)
    assert len(set(inspector.ids)) == len(inspector.ids)
    assert len(rendered.links) == rendered.html.count('<a class="wikilink" data-wiki="')
    (html + rendered.plain).encode()


@settings(max_examples=10_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(TEXTS)
def test_ten_thousand_texts_render_and_run_nothing(source: str) -> None:
    check(source)


SIZE = 100_000


def filled(piece: str) -> str:
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


HOSTILE = {
    "open brackets": filled("["),
    "nested brackets": "[" * (SIZE // 2) + "]" * (SIZE // 2),
    "open pictures": filled("!["),
    "nested pictures": "![" * (SIZE // 6) + "](a)" * (SIZE // 6),
    "open links": filled("[a](b"),
    "open wiki links": filled("[[a"),
    "quotes": filled("> "),
    "lazy lines": "> " * 30 + "a\n" + filled("b\n"),
    "nested lists": "\n".join("  " * level + "- a" for level in range(440)),
    "lists in a line": filled("- "),
    "lists": filled("- a\n"),
    "backticks": " ".join("`" * count for count in range(440)),
    "stars": filled("*a_ "),
    "nested stars": "*a " * (SIZE // 6) + " a*" * (SIZE // 6),
    "wide table": "|" + "a|" * 256 + "\n|" + "-|" * 256 + "\n" + filled("a\n"),
    "big table": "|a|b|\n|-|-|\n" + filled("|a|b|\n"),
    "footnotes": "[^a]: x\n\n" + filled("[^a] "),
    "definitions": filled("a\n: b\n"),
    "definition marks": filled(": "),
    "references": filled("[a]: "),
    "swollen references": "[a]: /" + "b" * 3_900 + "\n\n" + filled("[a]"),
    "entities": filled("&#x26;"),
    "angles": filled("<http:"),
    "colons": filled(":"),
    "addresses": filled("www."),
    "address with brackets": "http://a.b/" + filled(")"),
    "e-mail": filled("a@b."),
    "headings": filled("#\n"),
    "equal headings": filled("# a\n"),
    "underlined headings": filled("a\n=\n"),
    "code in colours": "```javascript\n" + "/*\n" * 6_000 + "\n```",
    "one word": filled("a"),
    "spaces": filled(" "),
    "newlines": filled("\n"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_hundred_kilobytes_take_bounded_work(kind: str) -> None:
    started = time.thread_time()
    render(HOSTILE[kind])
    # Alone on a core all take less than one second by this thread's own clock; a busy machine stretches even that,
    # and what is to be found here, time that grows by the square, took ten to a hundred seconds.
    assert time.thread_time() - started < 5
