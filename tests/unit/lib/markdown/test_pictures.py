"""Pictures of the map in its texts; pictures from elsewhere are links (see test_rendering)."""

import pytest

from contextualise.lib.markdown import render

DIGEST = "ab" * 32
FILES = "/maps/7/files/"


def test_a_picture_of_the_map_is_shown_in_a_size_for_reading_and_leads_to_the_whole() -> None:
    html = render(f"![The church](files/{DIGEST}/sant-andrea.jpg)", files=FILES).html
    assert f'<a href="{FILES}{DIGEST}/sant-andrea.jpg">' in html
    assert f'src="{FILES}{DIGEST}/sant-andrea.jpg?width=1280"' in html
    assert 'alt="The church"' in html
    assert 'loading="lazy"' in html


def test_a_picture_without_words_is_no_link_as_a_link_needs_some() -> None:
    html = render(f"![](files/{DIGEST}/line.png)", files=FILES).html
    assert 'alt=""' in html
    assert "<a" not in html


def test_a_picture_inside_a_link_keeps_that_link() -> None:
    html = render(f"[![The church](files/{DIGEST}/a.jpg)](/maps/7)", files=FILES).html
    assert html.count("<a") == 1
    assert 'href="/maps/7"' in html


def test_other_files_of_the_map_are_linked_to() -> None:
    assert f'href="{FILES}{DIGEST}/score.pdf"' in render(f"[The score](files/{DIGEST}/score.pdf)", files=FILES).html


@pytest.mark.parametrize(
    "source", [f"files/{DIGEST}/a/../b", f"files/{DIGEST[:-1]}/a.jpg", f"files/{DIGEST.upper()}/a.jpg", "files/../../x"]
)
def test_what_only_looks_like_a_file_of_the_map_is_left_as_it_is(source: str) -> None:
    assert FILES not in render(f"![x]({source})", files=FILES).html


def test_no_name_of_a_file_gets_out_of_its_attribute() -> None:
    html = render(f'![x](files/{DIGEST}/a%22onerror=alert(1).jpg) ![y](<files/{DIGEST}/a" onload="x.jpg>)', files=FILES).html
    assert "onerror=" not in html.replace("%22onerror=", "")
    assert ' onload="' not in html
