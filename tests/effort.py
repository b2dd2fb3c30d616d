"""Compares how much work several ways of asking are, where nobody may tell them apart by the time they take."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import combinations
from statistics import median

ROUNDS = 15


async def ratios_of_work(ways: Mapping[str, Callable[[], Awaitable[object]]], *, rounds: int = ROUNDS) -> dict[tuple[str, str], float]:
    """The work of each way divided by that of each other: the median over many rounds, of which each asks in every way in turn.

    Work is the time of the processor and not of the clock. What else the machine does at the moment weighs on the ways of one round
    alike, on each at some time first and at some time last, and the few rounds that something breaks into do not reach the median.
    """
    names = list(ways)
    spent: list[dict[str, float]] = []
    for name in names:
        await ways[name]()  # what is done only once is not compared
    for number in range(rounds):
        turn = number % len(names)
        spent.append({name: await _work(ways[name]) for name in _rotated(names, turn)})
    return {(one, other): median(found[one] / found[other] for found in spent) for one, other in combinations(names, 2)}


async def _work(way: Callable[[], Awaitable[object]]) -> float:
    start = time.process_time()
    await way()
    return time.process_time() - start


def _rotated(names: Sequence[str], turn: int) -> Sequence[str]:
    return [*names[turn:], *names[:turn]]
