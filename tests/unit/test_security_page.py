"""What SECURITY.md says is shown is shown by something that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text()
NAMED = sorted(set(re.findall(r"`(?:tests/)?([\w/]*test_\w+\.py)`", PAGE)))
PROMISES = [line for line in PAGE.splitlines() if line.startswith("| **")]


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_is_there(name: str) -> None:
    assert list((ROOT / "tests").rglob(name.rpartition("/")[2])), name
    assert "/" not in name or (ROOT / "tests" / name).is_file()


def test_every_promise_names_what_shows_it() -> None:
    assert len(PROMISES) >= 15
    for promise in PROMISES:
        assert re.search(r"test_\w+|make \w+|tests/", promise.split("|")[3]), promise


@pytest.mark.parametrize("path", re.findall(r"`((?:domain|lib|web)/[\w/]+(?:\.py)?)`", PAGE))
def test_every_module_that_is_named_is_there(path: str) -> None:
    assert (ROOT / "src" / "contextualise" / path).exists()
