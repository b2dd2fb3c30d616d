"""Links that lead where the reader may not go become words; nothing else of a page changes."""

import pytest

from contextualise.lib.unlinking import unlink


def closed(address: str) -> bool:
    return not address.startswith("/closed")


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<a href="/open">x</a>', '<a href="/open">x</a>'),
        ('<p><a href="/closed/1">Giacomo <b>Puccini</b></a>.</p>', "<p><span>Giacomo <b>Puccini</b></span>.</p>"),
        ('<a class="tag" href="/closed" rel="next" data-focus hx-get="/closed">x</a>', '<span class="tag">x</span>'),
        ('<a title="a > b" href="/closed" lang="it">x</a>', '<span title="a > b" lang="it">x</span>'),
        ('<a href="/closed?a=1&amp;b=2">x</a><a href="/open">y</a>', '<span>x</span><a href="/open">y</a>'),
        ('<A HREF="/closed">x</A>', "<span>x</span>"),
        ('<a\n  href="/closed"\n>two\nlines</a>', "<span>two\nlines</span>"),
        ('<a id="anchor">x</a>', '<a id="anchor">x</a>'),
        ('<abbr href="/closed">x</abbr>', '<abbr href="/closed">x</abbr>'),
        ("&lt;a href=/closed&gt;", "&lt;a href=/closed&gt;"),
    ],
)
def test_only_links_that_are_closed_become_words(html: str, shown: str) -> None:
    assert unlink(html, closed) == shown


def test_addresses_are_asked_about_as_a_browser_reads_them() -> None:
    asked: list[str] = []
    unlink('<a href="/a?b=1&amp;c=&#39;x&#39;">x</a>', lambda address: asked.append(address) is None)
    assert asked == ["/a?b=1&c='x'"]


def test_a_large_page_takes_no_time_to_speak_of() -> None:
    page = '<li><a class="links__topic" href="/closed/1">x</a></li>' * 20_000
    assert unlink(page, closed).count("<span") == 20_000
