from datetime import UTC, datetime

import pytest

from contextualise.domain.history import Listed, describe
from contextualise.domain.topics import StillUsed


def change(op: str, label: str = "Tosca", undone_op: str | None = None) -> Listed:
    return Listed(1, datetime.now(UTC), None, None, op, 2, label, None, undone_op)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (change("topic.create"), "made the topic “Tosca”"),
        (change("undo", undone_op="topic.delete"), "restored “Tosca”"),
        (change("undo", undone_op="name.add"), "undid: added the name “Tosca”"),
        (change("undo", undone_op="undo"), "did again what was undone (Tosca)"),
        (change("undo", label="", undone_op="undo"), "did again what was undone"),
        (change("map.publish"), "published the map"),
        (change("note.convert"), "made a topic of the note “Tosca”"),
        (change("something.new"), "changed “Tosca”"),
        (change("something.new", label=""), "changed"),
    ],
)
def test_a_change_is_told_in_words(made: Listed, sentence: str) -> None:
    assert describe(made) == sentence


def test_what_still_uses_a_topic_is_counted_in_words() -> None:
    assert str(StillUsed("Opera", {"themes": 2})) == "“Opera” is still a context of 2 statements. Choose a topic to take its place."
    assert "the type of 1 topic, the type of 3 names and a context of 2 statements" in str(
        StillUsed("Opera", {"themes": 2, "topics": 1, "names": 3})
    )
