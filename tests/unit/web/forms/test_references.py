"""Fields that name topics, as they come from a browser."""

from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import read_reference, read_references


def test_spaces_around_a_name_do_not_count() -> None:
    assert read_reference(Posted({"type": ["  First \n performance "]}), "type").text == "First performance"


def test_creating_is_agreed_only_for_the_name_that_stands_there() -> None:
    assert read_reference(Posted({"type": ["Opera"], "type_create": ["", "Opera"]}), "type").create
    assert read_reference(Posted({"type": ["Opera"], "type_create": ["1"]}), "type").create
    assert not read_reference(Posted({"type": ["Operetta"], "type_create": ["Opera"]}), "type").create
    assert not read_reference(Posted({"type": [""], "type_create": [""]}), "type").create


def test_every_number_that_was_sent_is_looked_at() -> None:
    assert read_reference(Posted({"type": ["x"], "type_id": ["", "7", "no", "9"]}), "type").ids == (7, 9)


def test_several_topics_come_once_each_and_in_order() -> None:
    read = read_references(Posted({"theme": ["7", "new:Libretto", "7"], "theme_text": ["Italian"]}), "theme")
    assert read.values == ("7", "new:Libretto")
    assert read.text == "Italian"


def test_what_scripts_made_a_chip_of_is_to_be_created() -> None:
    read = read_references(Posted({"theme_text": ["Libretto", "Score", "half typ"]}), "theme")
    assert read.values == ("new:Libretto", "new:Score")
    assert read.text == "half typ"


def test_nothing_sent_is_nothing_chosen() -> None:
    read = read_references(Posted({}), "theme")
    assert (read.values, read.text) == ((), "")
