"""A layout for a tree of things around one: columns on both sides, bent to ovals, where no two labels ever overlap.

Rows have one height, so that horizontal words stay readable whatever their number; children stand beside their parent as far as there is
room. The result depends on the tree alone: the same tree is always drawn alike, and one more branch moves its neighbours as little as
it can.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a thing stands: its centre in pixels from the middle, and on which side (-1 left, 1 right, 0 in the middle)."""

    x: float
    y: float
    side: int


ROW = 30.0  # pixels from one label's line to the next
INNER = 170.0  # pixels from the middle to the first column
COLUMN = 250.0  # and from each column to the next
BULGE = 70.0  # how much further out the middle of a column stands than its ends
GAP = 0.5  # rows left free between the branches of different parents


def place(root: int, right: Sequence[int], left: Sequence[int], children: Mapping[int, Sequence[int]]) -> dict[int, Spot]:
    """Places for the root, the branches on its right and left, and all that hangs below them; `children` keep their order."""
    spots = {root: Spot(0.0, 0.0, 0)}
    for side, branches in ((1, right), (-1, left)):
        level = list(branches)
        parents = dict.fromkeys(level, root)
        depth = 0
        while level:
            rows = _rows(level, parents, spots, is_first=depth == 0)
            reach = max(abs(y) for y in rows.values()) + ROW
            for thing in level:
                bulge = BULGE * sqrt(max(0.0, 1 - (rows[thing] / reach) ** 2))
                spots[thing] = Spot(side * (INNER + depth * COLUMN + bulge), rows[thing], side)
            following = [(child, thing) for thing in sorted(level, key=rows.__getitem__) for child in children.get(thing, ())]
            level, parents = [child for child, _ in following], dict(following)
            depth += 1
    return spots


def halves(branches: Sequence[int], children: Mapping[int, Sequence[int]]) -> tuple[Sequence[int], Sequence[int]]:
    """The branches for the right and for the left, cut where both sides need about the same room."""
    weights = [_weight(branch, children) for branch in branches]
    half, taken = sum(weights) / 2, 0
    for position, weight in enumerate(weights):
        if taken + weight / 2 > half:
            return branches[:position], branches[position:]
        taken += weight
    return branches, ()


def _weight(thing: int, children: Mapping[int, Sequence[int]]) -> int:
    """How many rows the widest level of a branch needs, at least one."""
    widest, level = 1, [thing]
    while level:
        widest = max(widest, len(level))
        level = [child for one in level for child in children.get(one, ())]
    return widest


def _rows(level: Sequence[int], parents: Mapping[int, int], spots: Mapping[int, Spot], *, is_first: bool) -> dict[int, float]:
    """The height of each thing of a column: beside its parent, then pushed apart until all have room."""
    if is_first:
        top = -(len(level) - 1) / 2 * ROW
        return {thing: top + position * ROW for position, thing in enumerate(level)}
    wanted: list[float] = []
    siblings: dict[int, list[int]] = {}
    for thing in level:
        siblings.setdefault(parents[thing], []).append(thing)
    for parent, group in siblings.items():
        top = spots[parent].y - (len(group) - 1) / 2 * ROW
        wanted += [top + position * ROW for position in range(len(group))]
    gaps = [ROW * (1 + GAP * (parents[one] != parents[other])) for one, other in pairwise(level)]
    return dict(zip(level, _apart(wanted, gaps), strict=True))


def _apart(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Positions in the given order, at least `gaps` apart, whose squared distance from the wanted ones is least.

    Pool adjacent violators (Barlow et al., 1972) on the positions without the gaps before them.
    """
    before = [0.0]
    for gap in gaps:
        before.append(before[-1] + gap)
    pools: list[tuple[float, int]] = []  # mean, number of members
    for want, offset in zip(wanted, before, strict=True):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, others = pools.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        pools.append((mean, count))
    means = [mean for mean, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, before, strict=True)]
