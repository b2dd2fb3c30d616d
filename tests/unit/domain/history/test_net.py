"""What several changes together did to each row."""

from contextualise.domain.history.net import net
from contextualise.repository.journal import Entry


def name(number: int, value: str) -> dict[str, object]:
    return {"id": number, "topic_id": 1, "type_id": 2, "scope_id": 0, "value": value, "key": value.casefold()}


def test_only_the_first_and_the_last_state_count() -> None:
    entries = [Entry("name", name(7, "a"), name(7, "b")), Entry("name", name(7, "b"), name(7, "c"))]
    assert net(entries) == [Entry("name", name(7, "a"), name(7, "c"))]


def test_what_came_and_went_is_nothing() -> None:
    assert net([Entry("name", None, name(7, "a")), Entry("name", name(7, "a"), None)]) == []


def test_what_went_and_came_back_is_nothing() -> None:
    assert net([Entry("name", name(7, "a"), None), Entry("name", None, name(7, "a"))]) == []


def test_what_came_back_as_something_else_was_changed() -> None:
    entries = [Entry("name", name(7, "a"), None), Entry("name", None, name(7, "b"))]
    assert net(entries) == [Entry("name", name(7, "a"), name(7, "b"))]


def test_what_only_waits_in_a_deletion_does_not_count() -> None:
    assert net([Entry("name", name(7, "a"), None, waiting=True)]) == []


def test_rows_are_told_apart_by_their_keys_and_keep_their_order() -> None:
    entries = [
        Entry("name", None, name(8, "b")),
        Entry("name", name(7, "a"), None),
        Entry("topic_type", None, {"topic_id": 7, "type_id": 8}),
    ]
    assert net(entries) == entries


def test_labels_and_dates_make_no_difference() -> None:
    topic = {"id": 7, "slug": "tosca", "is_base": False, "is_hidden": False, "label": "Tosca", "sort_key": "tosca", "updated_at": "2026"}
    assert net([Entry("topic", topic, topic | {"label": "Floria", "updated_at": "2027"})]) == []
