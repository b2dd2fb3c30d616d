"""`make audit` never says that all is well about what it could not ask."""

import pytest

from scripts.audit import Outcome, read_npm, read_pip, report

CLEAN, FOUND = (
    {"name": "one", "version": "1", "vulns": []},
    {"name": "two", "version": "2", "vulns": [{"id": "X-1", "fix_versions": ["3"]}]},
)
SKIPPED = {"name": "three", "skip_reason": "not found"}


def test_a_report_of_pip_audit() -> None:
    outcome = read_pip({"dependencies": [CLEAN, FOUND, SKIPPED]})
    assert (outcome.asked, outcome.weaknesses, outcome.unasked) == (2, ["two 2: X-1, mended in 3"], ["three: not found"])


def test_a_report_of_npm() -> None:
    found = {"metadata": {"dependencies": {"total": 7}}, "vulnerabilities": {"two": {"severity": "high", "range": "<3"}}}
    assert read_npm(found) == Outcome(7, ["two: high, in <3"], [])
    assert read_npm({"message": "no such address"}).unasked == ["all of them: no such address"]


@pytest.mark.parametrize(
    ("outcome", "status"), [(Outcome(3), 0), (Outcome(3, ["one: X-1"]), 1), (Outcome(0, [], ["all"]), 2), (Outcome(1, ["one"], ["two"]), 1)]
)
def test_the_status_tells_clean_from_not_asked(outcome: Outcome, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert report({"run.txt": Outcome(3), "package-lock.json": outcome}) == status
    assert ("Nothing is known" in capsys.readouterr().out) == (status == 0)
