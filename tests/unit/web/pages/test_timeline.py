"""Changes by day and by what belongs together."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contextualise.repository.reading.history import About, ChangeRow, Turned
from contextualise.web.pages.history.timeline import days_of, turn_urls

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOSCA, ROME = About(7, "tosca", "Tosca"), About(8, "rome", "Rome")


def row(number: int, minutes: int, *about: About, user_id: int = 1, **more: Any) -> ChangeRow:
    values: dict[str, Any] = {"op": "name.add", "undoes": None, "undone_by": None, "undone_op": None, "is_empty": False, **more}
    at = NOON - timedelta(minutes=minutes)
    return ChangeRow(number, 1, number, at, user_id, "Ada", values.pop("op"), 70, "Floria", **values, about=about, map_title="Opera")


def shape(*rows: ChangeRow, **more: Any) -> list[list[int]]:
    days = days_of(rows, may_edit=True, may_manage=True, **more)
    return [[len(run.lines) for run in day.runs] for day in days]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([row(3, 0, TOSCA), row(2, 5, TOSCA), row(1, 10, TOSCA)], [[3]]),
        ([row(3, 0, TOSCA), row(2, 5, ROME), row(1, 10, TOSCA)], [[1, 1, 1]]),
        ([row(3, 0, TOSCA, ROME), row(2, 5, TOSCA), row(1, 10, ROME)], [[2, 1]]),
        ([row(2, 0, TOSCA), row(1, 25, TOSCA)], [[1, 1]]),
        ([row(2, 0, TOSCA), row(1, 5, TOSCA, user_id=2)], [[1, 1]]),
        ([row(2, 0, TOSCA), row(1, 24 * 60, TOSCA)], [[1], [1]]),
    ],
)
def test_one_persons_changes_to_one_thing_at_one_sitting_are_one_line(rows: list[ChangeRow], expected: list[list[int]]) -> None:
    assert shape(*rows) == expected


def test_a_run_says_what_it_was_about() -> None:
    (day,) = days_of([row(2, 0, TOSCA), row(1, 5, TOSCA, ROME)], may_edit=True, may_manage=False)
    assert day.runs[0].summary == "changed “Tosca” 2 times"
    (day,) = days_of([row(2, 0, TOSCA), row(1, 5, TOSCA)], may_edit=True, may_manage=False, own_topic=7)
    assert day.runs[0].summary == "made 2 changes"


@pytest.mark.parametrize(
    ("change", "may_edit", "may_manage", "possible"),
    [
        (row(1, 0), True, False, True),
        (row(1, 0), False, True, False),
        (row(1, 0, undone_by=9), True, True, False),
        (row(1, 0, op="topic.delete", is_empty=True), True, True, False),
        (row(1, 0, op="map.edit"), True, False, False),
        (row(1, 0, op="map.edit"), True, True, True),
        (row(1, 0, op="map.create"), True, True, False),
        (row(1, 0, op="undo", undoes=5, undone_op="map.publish"), True, False, False),
        (row(1, 0, op="undo", undoes=5, undone_op="name.add"), True, False, True),
    ],
)
def test_undo_is_offered_where_it_is_possible(change: ChangeRow, may_edit: bool, may_manage: bool, possible: bool) -> None:
    (day,) = days_of([change], may_edit=may_edit, may_manage=may_manage)
    assert bool(day.runs[0].lines[0].undo_url) == possible


def test_pages_keep_what_was_asked_for() -> None:
    rows = [row(9, 0), row(4, 5)]
    kept = {"kind": "names", "person": ""}
    assert turn_urls("/history", kept, Turned(rows, has_newer=True, has_older=True)) == (
        "/history?kind=names&after=9",
        "/history?kind=names&before=4",
    )
    assert turn_urls("/history", kept, Turned(rows, has_newer=False, has_older=False)) == (None, None)
    assert turn_urls("/history", kept, Turned([], has_newer=True, has_older=False)) == ("/history?kind=names", None)
