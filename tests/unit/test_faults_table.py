"""The table of faults and the tests that make them are one list."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
KILLING = (
    "tests/e2e/test_faults.py",
    "tests/integration/faults/test_killed.py",
    "tests/integration/faults/test_store_down.py",
    "tests/integration/faults/test_database_restarted.py",
    "tests/integration/faults/test_jobs_after_faults.py",
    "tests/integration/faults/test_writing_through_kills.py",
    "tests/integration/faults/test_several_processes.py",
)
KILLS_NOTHING = {"test_a_server_that_is_gone_without_a_word_is_given_up", "test_a_connection_that_broke_is_not_given_to_anybody"}


def test_every_fault_that_is_told_is_made_and_the_other_way_round() -> None:
    told = re.findall(r"`(test_\w+)` \|$", (ROOT / "docs" / "faults.md").read_text(), re.MULTILINE)
    made = [name for path in KILLING for name in re.findall(r"^async def (test_\w+)", (ROOT / path).read_text(), re.MULTILINE)]
    assert sorted(told) == sorted(set(made) - KILLS_NOTHING)
