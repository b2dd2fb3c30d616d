"""Posted fields as plain text, whatever was sent."""

from contextualise.web.forms.posted import Posted, clean


def test_a_missing_field_is_empty_and_a_repeated_one_is_its_first() -> None:
    posted = Posted({"name": ["one", "two"]})
    assert posted.text("name") == "one"
    assert posted.texts("name") == ("one", "two")
    assert posted.text("other") == ""
    assert not posted.has("other")


def test_a_field_sent_without_a_value_counts_as_not_sent() -> None:
    assert not Posted({"more": [""]}).has("more")
    assert Posted({"more": ["", "1"]}).has("more")


def test_what_no_database_keeps_is_replaced() -> None:
    assert clean("a\x00b\ud800c") == "a\ufffdb\ufffdc"


def test_line_ends_are_of_one_kind() -> None:
    assert clean("a\r\nb\rc\n") == "a\nb\nc\n"


def test_rows_are_numbered_by_their_fields() -> None:
    fields = ("role-0", "role-0_id", "role-12", "role-x", "role--1", "role-99999", "roles-3", "player-1")
    posted = Posted({name: ["x"] for name in fields})
    assert posted.indices("role") == [0, 12]
