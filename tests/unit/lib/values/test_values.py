"""Numbers, places, addresses, and what holds for every datatype."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contextualise.lib.values import DATATYPES, Checked, ValueRefused, check, datatype_of, display, label_of
from contextualise.lib.values.datatypes import ANY_URI, GEO, WKT, XSD


@pytest.mark.parametrize(
    ("datatype", "typed", "kept", "number", "shown"),
    [
        ("integer", " 1 842 ", "1842", 1842.0, "1842"),
        ("integer", "+007", "7", 7.0, "7"),
        ("integer", "−5", "-5", -5.0, "−5"),
        ("integer", "1'234'567", "1234567", 1234567.0, "1,234,567"),
        (XSD + "nonNegativeInteger", "0", "0", 0.0, "0"),
        ("decimal", "3.750", "3.75", 3.75, "3.75"),
        ("decimal", ".5", "0.5", 0.5, "0.5"),
        ("decimal", "-0.0", "0", 0.0, "0"),
        ("decimal", "100", "100", 100.0, "100"),
        ("decimal", "12345678.10", "12345678.1", 12345678.1, "12,345,678.1"),
        (XSD + "double", "1.5E6", "1.5E6", 1.5e6, "1.5E6"),
        ("boolean", "Yes", "true", 1.0, "yes"),
        ("boolean", "0", "false", 0.0, "no"),
    ],
)
def test_number(datatype: str, typed: str, kept: str, number: float, shown: str) -> None:
    checked = check(datatype, typed)
    assert (checked.value, checked.num) == (kept, number)
    assert str(checked.num) != "-0.0"
    assert display(checked.datatype, checked.value) == shown


@pytest.mark.parametrize(
    ("datatype", "typed", "reason"),
    [
        ("integer", "1.5", "without a fraction"),
        ("integer", "1,000", "whole number"),
        ("integer", "9" * 301, "300 digits"),
        ("integer", "１２", "whole number"),
        (XSD + "positiveInteger", "0", "above zero"),
        ("decimal", "1,5", "point"),
        ("decimal", "1e5", "number"),
        ("decimal", "NaN", "number"),
        (XSD + "double", "INF", "number"),
        (XSD + "double", "1e999", "number"),
        ("boolean", "maybe", "yes or no"),
    ],
)
def test_refused_number_says_why(datatype: str, typed: str, reason: str) -> None:
    with pytest.raises(ValueRefused, match=reason):
        check(datatype, typed)


@pytest.mark.parametrize(
    ("typed", "kept", "lat", "lon"),
    [
        ("41.9022, 12.4539", "geo:41.9022,12.4539", 41.9022, 12.4539),
        ("geo:41.9,12.5;u=10", "geo:41.9,12.5;u=10", 41.9, 12.5),
        ("41,9 12,5", "geo:41.9,12.5", 41.9, 12.5),
        ("-33.8 151.2", "geo:-33.8,151.2", -33.8, 151.2),
        ("33.8S, 151.2E", "geo:-33.8,151.2", -33.8, 151.2),
        ("41°54'8\"N 12°27'14\"E", "geo:41.9022222,12.4538889", 41.9022222, 12.4538889),
        ("40° 26′ N, 79° 58′ W", "geo:40.4333333,-79.9666667", 40.4333333, -79.9666667),
        ("-0, -180", "geo:0,180", 0.0, 180.0),
        ("90 0", "geo:90,0", 90.0, 0.0),
    ],
)
def test_place(typed: str, kept: str, lat: float, lon: float) -> None:
    assert check("geo", typed) == Checked(kept, GEO, lat=lat, lon=lon)
    assert check("geo", kept) == check("geo", typed)


def test_place_is_shown_with_its_quarter_of_the_earth() -> None:
    assert display("geo", "geo:-33.8,151.21") == "33.8° S, 151.21° E"
    assert display("geo", "geo:40.5,-79") == "40.5° N, 79° W"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("91, 0", "between -90 and 90"),
        ("0, 181", "between -180"),
        ("geo:1,2;crs=moon", "WGS 84"),
        ("Rome", "latitude"),
        ("41°60'N 1E", "below 60"),
    ],
)
def test_refused_place_says_why(typed: str, reason: str) -> None:
    with pytest.raises(ValueRefused, match=reason):
        check("geo", typed)


def test_point_of_another_program_is_placed_and_other_shapes_kept() -> None:
    assert check(WKT, "POINT(12.5 41.9)") == Checked("POINT(12.5 41.9)", WKT, lat=41.9, lon=12.5)
    assert check(WKT, "POLYGON((0 0, 1 1, 0 1, 0 0))").lat is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTPS://EXAMPLE.org/%7Ea", "https://example.org/~a"),
        ("example.org/page", "https://example.org/page"),
        ("a.b@example.org", "mailto:a.b@example.org"),
        ("http://münchen.de/straße", "http://münchen.de/straße"),
        ("https://例え.jp/パス", "https://例え.jp/パス"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("http://localhost:8000/x", "http://localhost:8000/x"),
        ("urn:isbn:9780141036144", "urn:isbn:9780141036144"),
    ],
)
def test_address(typed: str, kept: str) -> None:
    assert check("anyURI", typed) == Checked(kept, ANY_URI)
    assert check("anyURI", kept).value == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("javascript:alert(1)", "javascript:"),
        ("\tJaVaScript:alert(1)", "javascript:"),
        ("java\tscript:alert(1)", "spaces"),
        ("data:text/html,x", "data:"),
        ("vbscript:x", "vbscript:"),
        ("file:///etc/passwd", "file:"),
        ("/relative", "whole address"),
        ("foo", "whole address"),
        ("https://", "whole address"),
        ("mailto:", "whole address"),
        ("https://user:secret@example.org", "password"),
        ("https://a..b", "no name of a site"),
        ("https://-x.org", "no name of a site"),
        ("https://x.org:99999/", "whole address"),
        ("https://x.org/a b", "spaces"),
        ("https://x.org/" + "a" * 2_000, "2,000 bytes"),
    ],
)
def test_refused_address_says_why(typed: str, reason: str) -> None:
    with pytest.raises(ValueRefused, match=reason):
        check("anyURI", typed)


def test_address_of_a_place_is_placed() -> None:
    checked = check("anyURI", "geo:1,2")
    assert (checked.lat, checked.lon) == (1.0, 2.0)


def test_string_is_trimmed_and_bounded() -> None:
    assert check("string", "  Teatro  Regio ").value == "Teatro  Regio"
    with pytest.raises(ValueRefused, match="10,000"):
        check("string", "a" * 10_001)


@pytest.mark.parametrize("datatype", [datatype.key for datatype in DATATYPES])
@pytest.mark.parametrize("typed", ["", "  ", "a\x00b", "a\ud800"])
def test_nothing_and_what_cannot_be_stored_is_refused(datatype: str, typed: str) -> None:
    with pytest.raises(ValueRefused):
        check(datatype, typed)


def test_foreign_datatype_keeps_its_text() -> None:
    assert check("http://example.org/colour", " red ") == Checked(" red ", "http://example.org/colour")
    assert display("http://example.org/colour", "red") == "red"


def test_unknown_key_is_refused() -> None:
    with pytest.raises(ValueRefused, match="kind of value"):
        check("colour", "red")


def test_key_and_iri_name_the_same_datatype() -> None:
    for datatype in DATATYPES:
        assert datatype_of(datatype.key) is datatype_of(datatype.iri) is datatype
    assert label_of(XSD + "integer") == "Whole number"
    assert label_of("http://example.org/types#colour") == "colour"


@pytest.mark.parametrize("datatype", DATATYPES, ids=lambda datatype: datatype.key)
def test_value_of_another_kind_is_shown_as_it_is(datatype: object) -> None:
    assert display(datatype.iri, "«?»") == "«?»"  # type: ignore[attr-defined]


KEYS = [datatype.key for datatype in DATATYPES] + [XSD + "double", XSD + "gYear", WKT]
WORDS = """
    0 1 12 44 1800 1800-06-12 - – / .. ? ~ % X bc bce ad c. june 5th century s since until T 12:30 Z +01:00
    ° ' " N W , . ; geo: https:// a.b @ # : e
"""
PIECES = st.sampled_from(WORDS.split())
TYPED = st.one_of(st.text(max_size=30), st.lists(st.one_of(PIECES, st.just(" ")), max_size=12).map("".join))


@given(st.sampled_from(KEYS), TYPED)
@example("edtf", "0000/.. bc")
@example("edtf", "Y-00000")
def test_any_text_is_checked_or_refused_and_a_value_stays_itself(datatype: str, typed: str) -> None:
    display(datatype, typed)
    try:
        checked = check(datatype, typed)
    except ValueRefused as refused:
        assert str(refused)
        return
    assert check(datatype, checked.value) == checked
    assert display(checked.datatype, checked.value)


@pytest.mark.parametrize("datatype", KEYS)
@pytest.mark.parametrize("piece", ["1", "1 ", "a", "-", "1800–", "1.", "a.", "°", "/", "c. ", "5th ", "geo:1,", "https://a.", "(", ";a=b"])
def test_long_texts_are_refused_at_once(datatype: str, piece: str) -> None:
    started = time.thread_time()
    for text in (piece * 20_000, "1800" + piece * 20_000, "geo:1,2" + piece * 20_000):
        try:
            display(datatype, text)
            check(datatype, text)
        except ValueRefused:
            continue
    assert time.thread_time() - started < 2
