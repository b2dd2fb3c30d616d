"""Whatever is sent to any address, the answer is one that was thought of: never 500, always brought to its end.

A few seconds of what `make soak` does for longer; FUZZ_EXAMPLES=20000 makes it longer here too.
"""

import os
import random
from collections.abc import AsyncIterator

import pytest

from contextualise.repository.database import Database
from tests.fuzzing import NAMES, Requests, Sent, escaped, new_seed
from tests.sending import Sender, all_routes
from tests.whole import prepared

# A broken form leaves its files to be closed by the collector of garbage, which the framework does not mind and pytest does.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "800"))


@pytest.fixture(scope="module")
async def sender(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sender]:
    limits = {"SIGN_UP": "invite", "MAX_UPLOAD_MB": "1", "MAX_IMPORT_MB": "1"}
    async with prepared(database_url, database, tmp_path_factory.mktemp("whole"), **limits) as site:
        yield Sender(site, Requests(all_routes(), int(os.environ.get("FUZZ_SEED") or new_seed())))


async def test_no_request_makes_a_fault(sender: Sender) -> None:
    for number in range(EXAMPLES):
        sent = sender.requests.draw(number)
        _, complaint = await sender.send(sent, random.Random(number))
        assert not complaint, f"{complaint}: FUZZ_SEED={sender.requests.seed}, {number}: {sent!r}\n{sender.whole.faults()[-3000:]}"
    assert len(sender.requests.forms) > 20  # forms of pages were among them


HARDEST = [("form", "\0\ud800"), ("form", "9" * 30), ("form", "a" * 20_000), ("multipart", "\0\ud800"), ("multipart", "<b>")]


@pytest.mark.parametrize("route", all_routes(), ids=" ".join)
async def test_every_field_at_once(sender: Sender, route: tuple[str, str]) -> None:
    """Each field in turn as long, broken, repeated and empty as can be, on every route, with everything else in order."""
    method, path = route
    steps: list[str | None] = [None] * path.count("{")
    for encoding, value in HARDEST if method == "POST" else HARDEST[:1]:
        fields = [(name, value) for name in NAMES for _ in range(2)]
        query = "&".join(f"{name}={escaped(value)}" for name in NAMES).encode()
        _, complaint = await sender.send(Sent(method, path, steps, query[:30_000], [], fields, encoding))
        assert not complaint, f"{complaint}\n{sender.whole.faults()[-3000:]}"
