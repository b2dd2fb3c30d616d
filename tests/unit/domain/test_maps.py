"""Rules about a map's own fields that need no database."""

import pytest

from contextualise.domain.errors import Invalid
from contextualise.domain.maps import ACCENTS, LANGUAGES, check_fields, map_ref


def test_fields_are_kept_tidy() -> None:
    fields = check_fields(title="  Italian \n opera ", description=" One.\r\nTwo. ", default_lang="it", accent="rust")
    assert (fields.title, fields.description, fields.default_lang, fields.accent) == ("Italian opera", "One.\nTwo.", "it", "rust")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("title", text) for text in ("", "   ", "x" * 201, "bell\x07", "zero\0byte", "lone\ud800")),
        *(("description", text) for text in ("x" * 2001, "zero\0byte")),
        *(("default_lang", text) for text in ("", "english language", "e", "<b>", "en_US")),
        *(("accent", text) for text in ("", "crimson", "rust ")),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_fields(**{"title": "Italian opera", field: value})
    assert list(refusal.value.fields) == [field]


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        check_fields(title="", description="x" * 2001, default_lang="", accent="")
    assert set(refusal.value.fields) == {"title", "description", "default_lang", "accent"}


def test_the_longest_title_and_description_are_accepted() -> None:
    check_fields(title="é" * 200, description="é" * 2000)


def test_every_language_and_colour_offered_is_accepted() -> None:
    for code, _ in LANGUAGES:
        check_fields(title="x", default_lang=code)
    assert len(ACCENTS) == len(set(ACCENTS)) == 8


@pytest.mark.parametrize(
    ("title", "ref"),
    [
        ("Italian opera", "7-italian-opera"),
        ("Opéra & Ballet!", "7-opera-ballet"),
        ("!!!", "7-map"),
        ("Topic", "7-topic"),
        ("日本", "7-日本"),
    ],
)
def test_addresses_name_the_map_by_number_and_title(title: str, ref: str) -> None:
    assert map_ref(7, title) == ref
