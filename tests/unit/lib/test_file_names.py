"""Any name of a file can be kept, shown and saved under."""

import pytest

from contextualise.lib.dispositions import content_disposition
from contextualise.lib.file_names import MOST_BYTES, clean_file_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("score.pdf", "score.pdf"),
        ("", ""),
        ("README", "README"),
        (".env", ".env"),
        ("..", ""),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ada\\score.pdf", "score.pdf"),
        ("two\nlines.txt", "two lines.txt"),
        ("tab\there\r\n.txt", "tab here .txt"),
        ("nul\0byte.txt", "nulbyte.txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("zero\u200bwidth.txt", "zerowidth.txt"),
        ("  wide   spaces .txt ", "wide spaces .txt"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("漢字 – 🎭.png", "漢字 – 🎭.png"),
        ("surrogate\ud800.txt", "surrogate.txt"),
        ("folder/", ""),
    ],
)
def test_name_as_it_is_kept(given: str, kept: str) -> None:
    assert clean_file_name(given) == kept


@pytest.mark.parametrize(("stem", "ending"), [("a" * 300, ".png"), ("ü" * 200, ".jpeg"), ("🎭" * 90, ""), ("x" * 10, "." + "y" * 300)])
def test_long_name_is_cut_before_its_ending(stem: str, ending: str) -> None:
    kept = clean_file_name(stem + ending)
    assert len(kept.encode()) <= MOST_BYTES
    assert kept.endswith(ending if len(ending) < 20 else "")
    assert len(kept.encode()) > MOST_BYTES - 4


@pytest.mark.parametrize("length", [254, 255])
def test_name_of_255_bytes_is_kept_whole(length: int) -> None:
    assert clean_file_name("a" * (length - 4) + ".txt") == "a" * (length - 4) + ".txt"


@pytest.mark.parametrize(
    ("name", "inline", "header"),
    [
        ("score.pdf", False, 'attachment; filename="score.pdf"'),
        ("stage.png", True, 'inline; filename="stage.png"'),
        ("été.txt", False, "attachment; filename=\"ete.txt\"; filename*=UTF-8''%C3%A9t%C3%A9.txt"),
        ("漢字", False, "attachment; filename=\"file\"; filename*=UTF-8''%E6%BC%A2%E5%AD%97"),
        ('a"b\\c;d.txt', False, "attachment; filename=\"a_b_c;d.txt\"; filename*=UTF-8''a%22b%5Cc%3Bd.txt"),
        ("line\r\nSet-Cookie: x", False, "attachment; filename=\"lineSet-Cookie_ x\"; filename*=UTF-8''lineSet-Cookie%3A%20x"),
        ("100%25.txt", False, "attachment; filename=\"100_25.txt\"; filename*=UTF-8''100%2525.txt"),
        ("", False, "attachment"),
        ("..", True, "inline"),
    ],
)
def test_name_in_the_header(name: str, inline: bool, header: str) -> None:
    assert content_disposition(name, inline=inline) == header
