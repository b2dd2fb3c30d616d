"""Times as addresses name them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from contextualise.web.history.asked import asked_moment

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-11-23T12:00", NOON),
        ("2026-11-23 12:00", NOON),
        ("2026-11-23 12:00:00", NOON),
        ("2026-11-23T12:00Z", NOON),
        ("2026-11-23T14:00+02:00", datetime(2026, 11, 23, 14, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-11-23T14:00 02:00", datetime(2026, 11, 23, 14, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-11-23T14:00:00.5 02:00", datetime(2026, 11, 23, 14, 0, 0, 500000, tzinfo=timezone(timedelta(hours=2)))),
        (" 2026-11-23 ", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-02-30", None),
        ("23.11.2026", None),
        ("0001-01-01", None),
        ("9999-12-31T23:59", None),
        ("now", None),
        ("", None),
    ],
)
def test_a_moment_is_read(given: str, expected: datetime | None) -> None:
    assert asked_moment(given) == expected


def test_a_day_ends_where_the_next_begins() -> None:
    assert asked_moment("2026-11-23", end=True) == datetime(2026, 11, 24, tzinfo=UTC)
    assert asked_moment("9999-12-31", end=True) is None
