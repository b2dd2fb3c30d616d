"""Two spellings of one name share a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.names import collapse_spaces, match_key, search_key


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("La  Bohème ", "la bohème"),
        ("LA BOHE\u0300ME", "la bohème"),
        ("Straße", "STRASSE"),
        ("ﬁn", "fin"),
        ("non\u00a0breaking", "non breaking"),
        ("soft\u00adhyphen", "softhyphen"),
        ("ΌΠΕΡΑΣ", "όπερας"),
        ("①", "1"),
    ],
)
def test_spellings_of_one_name_share_a_key(written: str, meant: str) -> None:
    assert match_key(written) == match_key(meant)


@pytest.mark.parametrize(("one", "other"), [("Bohème", "Boheme"), ("C", "C++"), ("a b", "ab")])
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


@given(st.text())
def test_key_of_a_key_is_the_key(text: str) -> None:
    assert match_key(match_key(text)) == match_key(text)


@given(st.text())
def test_collapsed_text_has_no_double_spaces(text: str) -> None:
    collapsed = collapse_spaces(text)
    assert collapsed == collapsed.strip() == " ".join(collapsed.split())


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Nicéphore Niépce", "nicephore niepce"),
        ("Málaga", "MALAGA"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("Straße", "strasse"),
        ("Ἀθῆναι", "αθηναι"),
        ("Ёлка", "елка"),
    ],
)
def test_a_name_is_found_without_its_accents(written: str, typed: str) -> None:
    assert search_key(written) == search_key(typed)


@pytest.mark.parametrize("text", ["हिन्दी", "ภาษาไทย", "עברית", "العربية"])
def test_signs_that_are_letters_of_their_own_are_kept(text: str) -> None:
    assert search_key(text) == match_key(text)


@given(st.text(max_size=40))
def test_search_keys_settle_at_once(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)
