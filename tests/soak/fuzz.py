"""`python -m tests.soak fuzz`: a hundred thousand requests of every kind to every route, and not one answer that nobody thought of.

FUZZ_REQUESTS says how many. FUZZ_SEED and FUZZ_FROM take a run up where it ended; both are printed. Requests with a complaint, and the
traceback that the application logged, are written to test-results/fuzz.txt.
"""

import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contextualise.repository.database import Database
from contextualise.repository.migrate import upgrade
from tests import services
from tests.fuzzing import Requests, Sent, new_seed
from tests.sending import PATIENCE, Sender, all_routes
from tests.whole import prepared

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "100000"))
RESULTS = Path("test-results")
RENEWED = 2500
TOLD = 5000
SETTINGS = {"SIGN_UP": "open", "MAX_UPLOAD_MB": "1", "MAX_IMPORT_MB": "1"}


@dataclass
class Counts:
    """What came back."""

    statuses: Counter[int] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        statuses = "  ".join(f"{status}: {count:,}" for status, count in sorted(self.statuses.items()))
        return f"{self.statuses.total():,} requests to {len(self.routes)} routes. {statuses}. Complaints: {self.complaints.total()}"


def main(_: Sequence[str] = ()) -> int:
    """Run it; the status is 1 when there was a complaint."""
    seed, first = int(os.environ.get("FUZZ_SEED") or new_seed()), int(os.environ.get("FUZZ_FROM", "0"))
    RESULTS.mkdir(exist_ok=True)
    with services.postgres_url() as server, services.database(server) as database_url, tempfile.TemporaryDirectory() as folder:
        upgrade(database_url)
        counts = asyncio.run(_run(database_url, Path(folder), seed, first))
    print(counts)
    for complaint, count in counts.complaints.most_common():
        print(f"  {count:>6}  {complaint}")
    return 1 if counts.complaints else 0


async def _run(database_url: str, folder: Path, seed: int, first: int) -> Counts:
    requests, counts, began = Requests(all_routes(), seed), Counts(), time.monotonic()
    database = Database(database_url, pool_size=2)
    with (RESULTS / "fuzz.txt").open("a") as notes:
        try:
            async with prepared(database_url, database, folder, **SETTINGS) as whole:
                sender = Sender(whole, requests)
                for number in range(first, REQUESTS):
                    chance = random.Random(f"who {seed}:{number}")
                    if number and number % RENEWED == 0:
                        await sender.renew(chance)
                    await _one(sender, requests.draw(number), chance, counts, f"FUZZ_SEED={seed} FUZZ_FROM={number}", notes.write)
                    notes.flush()
                    if (number + 1) % TOLD == 0:
                        pace = (number + 1 - first) / (time.monotonic() - began)
                        print(f"FUZZ_SEED={seed} FUZZ_FROM={number + 1} ({pace:.0f}/s): {counts}", flush=True)
        finally:
            await database.close()
    return counts


async def _one(sender: Sender, sent: Sent, chance: random.Random, counts: Counts, place: str, note: Callable[[str], object]) -> None:
    status = 0
    try:
        answer, complaint = await sender.send(sent, chance)
        status = answer.status
    except TimeoutError:
        complaint = f"no answer within {PATIENCE:.0f} s"
    except Exception as error:
        complaint = f"raised {type(error).__name__}: {error}"
    counts.statuses[status] += 1
    counts.methods[sent.method] += 1
    counts.routes[f"{sent.method} {sent.path}" if "{" in sent.path else "others"] += 1
    faults = sender.whole.faults()
    if complaint:
        counts.complaints[f"{complaint} {sent.method} {sent.path[:100]}"] += 1
        note(f"{place} {complaint}\n{sent!r}"[:3000] + f"\n{faults[-3000:]}\n\n")
