"""Slugs are readable, short, and never empty."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.slugs import MAX_LENGTH, next_free, slugify


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("La Bohème", "la-boheme"),
        ("L'elisir d'amore", "l-elisir-d-amore"),
        ("Donizetti’s “Lucia”", "donizettis-lucia"),
        ("Große Straße", "grosse-strasse"),
        ("Łódź", "lodz"),
        ("Ærøskøbing", "aeroskobing"),
        ("Node.js & friends", "node-js-friends"),
        ("C#", "c-sharp"),
        ("C++", "c-plus-plus"),
        ("Topic #1", "topic-1"),
        (".htaccess", "htaccess"),
        ("../../etc/passwd", "etc-passwd"),
        ("Όπερα", "όπερα"),
        ("Война и мир", "война-и-мир"),
        ("歌劇 東京", "歌劇-東京"),
        ("हिन्दी", "हिन्दी"),
        ("한국", "한국"),
        ("١٢", "١٢"),
        ("🎭", "topic"),
        ("", "topic"),
        ("---", "topic"),
        ("\u0301", "topic"),
    ],
)
def test_slug_of_a_name(name: str, slug: str) -> None:
    assert slugify(name) == slug


def test_long_name_is_cut_between_words() -> None:
    slug = slugify("the very long name of an opera " * 10)
    assert len(slug) <= MAX_LENGTH
    assert slug.endswith(("-of", "-opera", "-long", "-name", "-very", "-the", "-an"))


def test_one_long_word_is_cut() -> None:
    assert slugify("a" * 200) == "a" * MAX_LENGTH


def test_next_free_counts_past_the_taken_ones() -> None:
    assert next_free("tosca", set()) == "tosca"
    assert next_free("tosca", {"tosca"}) == "tosca-2"
    assert next_free("tosca", {"tosca", "tosca-2", "tosca-3"}) == "tosca-4"


def test_reserved_word_is_never_given() -> None:
    assert next_free("new", set()) == "new-2"


def test_next_free_stays_within_the_length() -> None:
    full = "a" * MAX_LENGTH
    assert next_free(full, {full}) == "a" * (MAX_LENGTH - 2) + "-2"


@given(st.text())
def test_slug_of_any_text_is_a_good_address_part(text: str) -> None:
    slug = slugify(text)
    assert 1 <= len(slug) <= MAX_LENGTH
    assert unicodedata.is_normalized("NFC", slug)
    assert not slug.startswith((".", "-")) and not slug.endswith("-") and "--" not in slug
    assert all(ch == "-" or unicodedata.category(ch)[0] in "LNM" for ch in slug)
    assert slugify(slug) == slug
