"""From single steps to whole paths, whatever shape they have."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chain:
    """Things in their order; `loops_to` is the one that the last leads back to, `forks` those with a second way on."""

    ids: tuple[int, ...]
    loops_to: int | None = None
    forks: tuple[int, ...] = ()


def runs_of(steps: Iterable[tuple[int, int]]) -> list[Chain]:
    """The chains that steps from one thing to the next make up, each thing once; a second way on begins a chain of its own.

    Ends for any input: a loop is walked once and told.
    """
    following: dict[int, list[int]] = {}
    reached: set[int] = set()
    for one, other in steps:
        if other not in following.setdefault(one, []):
            following[one].append(other)
        reached.add(other)
    seen: set[int] = set()
    chains = [_walk(start, following, seen) for start in following if start not in reached]
    for start in following:  # what is left over is loops, and second ways
        if start not in seen:
            chains.append(_walk(start, following, seen))
        chains.extend(_walk(other, following, seen) for other in following[start] if other not in seen)
    return chains


def _walk(start: int, following: dict[int, list[int]], seen: set[int]) -> Chain:
    ids = [start]
    seen.add(start)
    while ways := following.get(ids[-1]):
        if ways[0] in seen:
            back = ways[0] if ways[0] in ids else None
            return Chain(tuple(ids), back, _forks(ids, following))
        ids.append(ways[0])
        seen.add(ways[0])
    return Chain(tuple(ids), None, _forks(ids, following))


def _forks(ids: list[int], following: dict[int, list[int]]) -> tuple[int, ...]:
    return tuple(thing for thing in ids if len(following.get(thing, ())) > 1)
