"""Runs of steps: each topic once, in an order that the steps allow, whatever shape they have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.domain.paths import runs_of

STEPS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


@pytest.mark.parametrize(
    ("steps", "chains"),
    [
        ([], []),
        ([(1, 2), (2, 3)], [(1, 2, 3)]),
        ([(2, 3), (1, 2)], [(1, 2, 3)]),
        ([(1, 2), (5, 6)], [(1, 2), (5, 6)]),
        ([(1, 2), (2, 3), (1, 4), (4, 5)], [(1, 2, 3), (4, 5)]),
    ],
)
def test_chains(steps: list[tuple[int, int]], chains: list[tuple[int, ...]]) -> None:
    assert [chain.ids for chain in runs_of(steps)] == chains


def test_a_fork_is_told() -> None:
    assert runs_of([(1, 2), (2, 3), (2, 4)])[0].forks == (2,)


@pytest.mark.parametrize(
    ("steps", "ids", "back"),
    [([(1, 2), (2, 3), (3, 1)], (1, 2, 3), 1), ([(1, 2), (2, 3), (3, 2)], (1, 2, 3), 2), ([(1, 1)], (1,), 1)],
)
def test_a_loop_is_walked_once_and_told(steps: list[tuple[int, int]], ids: tuple[int, ...], back: int) -> None:
    chain = runs_of(steps)[0]
    assert (chain.ids, chain.loops_to) == (ids, back)


@given(STEPS)
def test_every_thing_comes_exactly_once_for_any_steps(steps: list[tuple[int, int]]) -> None:
    found = [thing for chain in runs_of(steps) for thing in chain.ids]
    assert sorted(found) == sorted({thing for step in steps for thing in step})


@given(STEPS)
def test_what_follows_in_a_chain_is_a_step(steps: list[tuple[int, int]]) -> None:
    for chain in runs_of(steps):
        assert set(zip(chain.ids, chain.ids[1:], strict=False)) <= set(steps)
        assert chain.loops_to is None or (chain.ids[-1], chain.loops_to) in steps
