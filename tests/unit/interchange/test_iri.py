"""Addresses in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib import iri as iris

# RFC 3986, section 5.4
RFC_BASE = "http://a/b/c/d;p?q"
RFC_EXAMPLES = {
    "g:h": "g:h",
    "g": "http://a/b/c/g",
    "./g": "http://a/b/c/g",
    "g/": "http://a/b/c/g/",
    "/g": "http://a/g",
    "//g": "http://g",
    "?y": "http://a/b/c/d;p?y",
    "g?y": "http://a/b/c/g?y",
    "#s": "http://a/b/c/d;p?q#s",
    "g#s": "http://a/b/c/g#s",
    "g?y#s": "http://a/b/c/g?y#s",
    ";x": "http://a/b/c/;x",
    "g;x": "http://a/b/c/g;x",
    "": "http://a/b/c/d;p?q",
    ".": "http://a/b/c/",
    "./": "http://a/b/c/",
    "..": "http://a/b/",
    "../": "http://a/b/",
    "../g": "http://a/b/g",
    "../..": "http://a/",
    "../../g": "http://a/g",
    "../../../g": "http://a/g",
    "../../../../g": "http://a/g",
    "/./g": "http://a/g",
    "/../g": "http://a/g",
    "g.": "http://a/b/c/g.",
    ".g": "http://a/b/c/.g",
    "g..": "http://a/b/c/g..",
    "..g": "http://a/b/c/..g",
    "./../g": "http://a/b/g",
    "./g/.": "http://a/b/c/g/",
    "g/./h": "http://a/b/c/g/h",
    "g/../h": "http://a/b/c/h",
    "g;x=1/./y": "http://a/b/c/g;x=1/y",
    "g?y/../x": "http://a/b/c/g?y/../x",
    "g#s/../x": "http://a/b/c/g#s/../x",
}


@pytest.mark.parametrize(("reference", "absolute"), RFC_EXAMPLES.items())
def test_references_resolve_as_the_standard_says(reference: str, absolute: str) -> None:
    assert iris.resolved(RFC_BASE, reference) == absolute


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("HTTP://User@EXAMPLE.org:80/A", "http://User@example.org:80/A"),
        ("http://x/a/./b/../c", "http://x/a/c"),
        ("http://x/%7e%41%2f%c3%a9", "http://x/~A%2Fé"),
        ("http://x/%ff%c3", "http://x/%FF%C3"),
        ("http://x/%E2%80%8E", "http://x/%E2%80%8E"),
        ("http://x/a b<c>", "http://x/a%20b%3Cc%3E"),
        ("http://x/100%", "http://x/100%"),
        ("  http://x/\n", "http://x/"),
        ("http://x/a+b?c=d+e", "http://x/a+b?c=d+e"),
        ("urn:ISBN:123", "urn:ISBN:123"),
        ("http://x/é#ü", "http://x/é#ü"),
        ("a/../b", "a/../b"),
    ],
)
def test_equal_addresses_get_one_spelling(written: str, normalised: str) -> None:
    assert iris.normalised(written) == normalised


def test_fragment_stays_in_the_document_whatever_its_query() -> None:
    assert iris.resolved("http://x/a?b=c#d", "#%C3%A9") == "http://x/a?b=c#é"


def test_only_what_has_a_scheme_is_absolute() -> None:
    assert iris.is_absolute("urn:x")
    assert not iris.is_absolute("1st:note")
    assert not iris.is_absolute("a/b:c")


@given(st.text(), st.text())
def test_resolving_never_fails_and_settles(base: str, reference: str) -> None:
    once = iris.resolved(f"http://example.org/{base}", reference)
    assert iris.resolved("http://example.org/", once) == iris.normalised(once)
    assert iris.normalised(iris.normalised(once)) == iris.normalised(once)


@given(st.text())
def test_parts_join_to_what_they_were(text: str) -> None:
    assert iris.split(text).joined() == text
