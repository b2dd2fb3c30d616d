"""The layout around one thing: nobody stands on anybody, children keep their order, the same tree is drawn alike."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.ovals import ROW, Spot, halves, place


@st.composite
def trees(draw: st.DrawFn) -> dict[int, list[int]]:
    """A tree of up to 60 things around 0, each below one that came before it."""
    children: dict[int, list[int]] = {}
    for thing in range(1, draw(st.integers(0, 60)) + 1):
        children.setdefault(draw(st.integers(0, thing - 1)), []).append(thing)
    return children


def placed(root: int, children: dict[int, list[int]]) -> dict[int, Spot]:
    return place(root, *halves(children.get(root, []), children), children)


def depths(children: dict[int, list[int]]) -> dict[int, int]:
    """How far each thing is from the middle; parents have smaller numbers than their children."""
    found = {0: 0}
    for parent in sorted(children):
        found |= dict.fromkeys(children[parent], found[parent] + 1)
    return found


@given(trees())
def test_rows_of_a_column_have_room_and_keep_their_order(children: dict[int, list[int]]) -> None:
    spots = placed(0, children)
    assert len(spots) == 1 + sum(map(len, children.values()))
    level = depths(children)
    for side in (-1, 1):
        for depth in set(level.values()):
            column = [thing for thing in spots if level[thing] == depth and spots[thing].side == side]
            heights = sorted(spots[thing].y for thing in column)
            assert all(other - one >= ROW - 1e-6 for one, other in pairwise(heights))
    for siblings in children.values():
        for side in (-1, 1):
            there = [spots[thing].y for thing in siblings if spots[thing].side == side]
            assert there == sorted(there)


@given(trees())
def test_children_stand_further_out_on_their_parents_side(children: dict[int, list[int]]) -> None:
    spots = placed(0, children)
    for parent, below in children.items():
        for child in below:
            assert abs(spots[child].x) > abs(spots[parent].x)
            assert parent == 0 or spots[child].side == spots[parent].side


def test_the_middle_alone() -> None:
    assert placed(7, {}).keys() == {7}
    assert (placed(7, {})[7].x, placed(7, {})[7].y) == (0, 0)


def test_both_sides_weigh_about_the_same() -> None:
    spots = placed(0, {0: list(range(1, 11))})
    assert sum(spot.side == 1 for spot in spots.values()) == sum(spot.side == -1 for spot in spots.values()) == 5
    heavy = placed(0, {0: [1, 2, 3, 4], 1: list(range(10, 30))})
    assert [heavy[thing].side for thing in (1, 2, 3, 4)] == [1, -1, -1, -1]


def test_an_only_child_stands_beside_its_parent() -> None:
    spots = placed(0, {0: [1, 2, 3], 3: [4], 1: [5]})
    assert spots[4].y == spots[3].y
    assert spots[5].y == spots[1].y
