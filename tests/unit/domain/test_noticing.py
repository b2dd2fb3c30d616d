"""What is remembered of an error, and what never is."""

import logging
import sys
from typing import Any

import pytest
import structlog

from contextualise import logs
from contextualise.domain.errors import Invalid
from contextualise.domain.inputs import optional_line
from contextualise.domain.troubles import Noticing

SECRET = "hunter2-and-the-whole-form"


def failing(text: str = SECRET) -> None:
    raise ValueError(text)


def failing_in_ours() -> None:
    """The innermost function of the program is the place, also where a library failed below it."""
    optional_line(None if not SECRET else "x" * 600, "title", limit=500)


def event_of(work: Any, **more: object) -> dict[str, Any]:
    try:
        work()
    except Exception as error:
        return {"event": "failed", "exc_info": error, **more}
    raise AssertionError("it was to fail")


def test_the_same_error_is_one_kind_with_a_count() -> None:
    noticing = Noticing()
    for number in range(5):
        noticing(None, "error", event_of(failing, request_id=f"r{number}", route="/maps/{ref:str}", method="GET", path=f"/maps/{SECRET}"))
    (trouble,) = noticing.take()
    assert trouble.count == 5
    assert trouble.summary == f"ValueError in {__name__}.failing (failed)"
    assert "request_id: r4" in trouble.sample
    assert "route: /maps/{ref:str}" in trouble.sample
    assert "test_noticing.py" in trouble.sample
    assert noticing.take() == []


def test_nothing_of_the_words_of_an_error_is_kept() -> None:
    noticing = Noticing()

    def chained() -> None:
        try:
            failing()
        except ValueError as error:
            raise RuntimeError(SECRET) from error

    noticing(None, "error", event_of(chained, path=f"/reset/{SECRET}", form={"password": SECRET}, user=SECRET))
    (trouble,) = noticing.take()
    assert SECRET not in trouble.summary + trouble.sample + trouble.fingerprint
    assert "because of ValueError" in trouble.sample


def test_other_kinds_places_and_jobs_are_told_apart() -> None:
    noticing = Noticing()

    def other() -> None:
        failing()
        raise AssertionError

    noticing(None, "error", event_of(failing))
    noticing(None, "error", event_of(lambda: [][0]))
    noticing(None, "error", event_of(failing_in_ours))
    noticing(None, "exception", event_of(failing, event="job failed", kind="import", job=7))
    noticing(None, "exception", event_of(failing, event="job failed", kind="examine", job=8))
    summaries = {trouble.summary for trouble in noticing.take()}
    assert len(summaries) == 5
    assert f"{Invalid.__module__}.Invalid in contextualise.domain.inputs._checked (failed)" in summaries
    assert f"ValueError in {__name__}.failing (job failed of import)" in summaries


def test_what_is_expected_is_not_noticed() -> None:
    noticing = Noticing()
    noticing(None, "warning", event_of(failing))
    noticing(None, "error", {"event": "not ready", "part": "database"})
    noticing(None, "info", {"event": "request"})
    assert noticing.take() == []


def test_what_could_not_be_kept_is_added_to_what_came_since() -> None:
    noticing = Noticing()
    noticing(None, "error", event_of(failing))
    taken = noticing.take()
    noticing(None, "error", event_of(failing))
    noticing.give_back(taken)
    (trouble,) = noticing.take()
    assert (trouble.count, trouble.first_at) == (2, taken[0].first_at)


def test_a_flood_of_kinds_does_not_fill_the_memory() -> None:
    noticing = Noticing()
    for number in range(1000):
        noticing(None, "error", event_of(failing, event=f"failed {number}"))
    assert len(noticing.take()) == 200


def test_the_log_of_the_program_and_of_libraries_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    noticing = Noticing()
    before = logging.getLogger().handlers, logging.getLogger().level, structlog.get_config()
    try:
        for form in ("text", "json"):
            logs.configure("error", form, noticing)
            try:
                failing("told by name")
            except ValueError:
                structlog.get_logger().exception("job failed", kind="import")
                logging.getLogger("uvicorn.error").exception("quoting %s", SECRET)
            kinds = sorted(trouble.summary for trouble in noticing.take())
            assert kinds == [f"ValueError in {__name__}.failing ({what})" for what in ("job failed of import", "outside of a request")]
            assert "told by name" in capsys.readouterr().err, "the log itself has the words"
    finally:
        root = logging.getLogger()
        root.handlers, root.level = before[0], before[1]
        structlog.configure(**before[2])
    assert sys.exc_info() == (None, None, None)
