"""How long a person waits for the answer to a question: one request after the other, the whole page, by kinds of questions."""

import http.client
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from tests.bench.seeding import WORDS, Seeded
from tests.bench.servers import Server

ASKED = 100


def misspelt(chance: random.Random, word: str) -> str:
    """The word with two neighbours swapped, or a letter left out."""
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + (word[at + 1] + word[at] + word[at + 2 :] if chance.random() < 0.5 else word[at + 1 :])


QUESTIONS: Mapping[str, Callable[[random.Random, int], str]] = {
    "a word": lambda chance, _: chance.choice(WORDS),
    "a beginning": lambda chance, _: (word := chance.choice(WORDS))[: chance.randint(2, len(word))],
    "two words": lambda chance, _: " ".join(chance.sample(WORDS, 2)),
    "a name": lambda chance, size: f"{chance.choice(WORDS)} {chance.randrange(1, size + 1)}",
    "a slip": lambda chance, _: misspelt(chance, chance.choice([word for word in WORDS if len(word) > 5])),
    "nothing": lambda chance, _: "".join(chance.choice("qxzvkw") for _ in range(8)),
}


def questions(kind: str, size: int, count: int = ASKED) -> list[str]:
    """Questions of a kind, the same each time."""
    chance = random.Random(f"{kind} {size}")
    return [QUESTIONS[kind](chance, size) for _ in range(count)]


def search(server: Server, seeded: Seeded) -> list[dict[str, object]]:
    """A row of figures for each kind of question, and one for all."""
    connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)
    rows, every = [], []
    for kind in QUESTIONS:
        times = [_answered(connection, f"{seeded.path}/search?q={quote(asked)}") for asked in questions(kind, seeded.size)]
        every += times
        rows.append(_row(seeded, f"search: {kind}", times))
    return [*rows, _row(seeded, "search", every)]


def _answered(connection: http.client.HTTPConnection, path: str) -> float:
    started = time.perf_counter()
    connection.request("GET", path, headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#search-results"})
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        sys.exit(f"{path} answered {response.status}")
    return (time.perf_counter() - started) * 1000


def _row(seeded: Seeded, page: str, times: list[float]) -> dict[str, object]:
    p50, p99 = statistics.median(times), sorted(times)[int(len(times) * 0.99) - 1]
    print(f"{seeded.size:>9} {page:<20} {1000 / p50:>3.0f} {p50:>7.1f} {p99:>7.1f}", flush=True)
    return {"topics": seeded.size, "page": page, "p50": p50, "p99": p99}
