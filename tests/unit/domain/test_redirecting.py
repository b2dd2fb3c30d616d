from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contextualise.domain.topics.redirecting import collapse

Row = dict[str, Any]
KEY = ("topic_id", "value")


def row(number: int, topic: int, value: str, title: str | None = None) -> Row:
    return {"id": number, "topic_id": topic, "value": value, "title": title}


def moved(found: Row) -> Row:
    return found | {"topic_id": 1} if found["topic_id"] == 2 else found


def test_a_row_that_was_there_stays_and_the_one_that_comes_goes() -> None:
    plan = collapse([row(5, 2, "a"), row(9, 1, "a")], moved, KEY)
    assert plan.heirs == {5: 9}
    assert plan.changes == []


def test_a_row_that_equals_nothing_moves() -> None:
    plan = collapse([row(5, 2, "a"), row(9, 1, "b")], moved, KEY)
    assert plan.heirs == {}
    assert plan.changes == [(row(5, 2, "a"), row(5, 1, "a"))]


def test_a_title_is_handed_on_to_the_one_that_has_none() -> None:
    plan = collapse([row(5, 2, "a", "Title"), row(9, 1, "a")], moved, KEY)
    assert plan.changes == [(row(9, 1, "a"), row(9, 1, "a", "Title"))]


def test_a_row_given_twice_is_one() -> None:
    assert collapse([row(5, 1, "a"), row(5, 1, "a")], moved, KEY) == collapse([row(5, 1, "a")], moved, KEY)


@given(st.lists(st.builds(row, st.integers(1, 30), st.integers(1, 3), st.sampled_from("ab"), st.none()), unique_by=lambda r: r["id"]))
def test_afterwards_no_two_rows_are_equal_and_every_statement_is_still_made(found: list[Row]) -> None:
    plan = collapse(found, moved, KEY)
    new = {old["id"]: changed for old, changed in plan.changes}
    left = [new.get(r["id"], r) for r in found if r["id"] not in plan.heirs]
    keys = [tuple(r[name] for name in KEY) for r in left]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {tuple(moved(r)[name] for name in KEY) for r in found}
    assert set(plan.heirs.values()) <= {r["id"] for r in left}
