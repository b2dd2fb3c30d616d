"""Rows of the form of a connection."""

from contextualise.web.forms.associations import changes_rows, filled, read_association_form
from contextualise.web.forms.posted import Posted


def posted(**fields: str) -> Posted:
    return Posted({name.replace("_", "-", 1) if name[-1].isdigit() else name: [value] for name, value in fields.items()})


def test_a_row_is_added_after_the_last() -> None:
    form = read_association_form(posted(role_0="a", player_0="A", role_7="b", player_7="B", more="1"))
    assert [row.index for row in form.members] == [0, 7, 8]
    assert form.focus == 8


def test_a_row_is_taken_out_by_its_number() -> None:
    form = read_association_form(posted(role_0="a", role_1="b", remove="0"))
    assert [row.role.text for row in form.members] == ["b"]


def test_there_is_always_a_row() -> None:
    assert len(read_association_form(posted(role_0="a", remove="0")).members) == 1
    assert len(read_association_form(Posted({})).members) == 1


def test_empty_rows_do_not_count() -> None:
    form = read_association_form(posted(role_0="a", player_0="A", role_1="", player_1=""))
    assert [row.index for row in filled(form.members)] == [0]


def test_adding_and_taking_out_save_nothing() -> None:
    assert changes_rows(posted(more="1"))
    assert changes_rows(posted(remove="0"))
    assert not changes_rows(posted(role_0="a"))


def test_no_more_than_two_hundred_rows() -> None:
    many = Posted({f"role-{index}": ["r"] for index in range(900)} | {"more": ["1"]})
    assert len(read_association_form(many).members) == 200
