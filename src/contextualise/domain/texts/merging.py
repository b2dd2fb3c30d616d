"""Brings two versions of a text together that were written from the same third one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with both people's changes; `conflicts` counts the places where both changed the same lines: theirs stand before mine."""

    text: str
    conflicts: int


_MAX_LINES = 10_000  # comparing takes time that grows with the square of the lines


def merge_texts(base: str, theirs: str, mine: str) -> Merged:
    """Merge by lines: what one of the two changed is taken from that one, what both changed alike is taken once."""
    origin, left, right = (text.split("\n") for text in (base, theirs, mine))
    if max(len(origin), len(left), len(right)) > _MAX_LINES:
        return Merged(f"{theirs}\n\n{mine}", 1)
    lines: list[str] = []
    conflicts = 0
    for old, one, other in _chunks(origin, left, right):
        if one in (other, old):
            lines += other
        elif other == old:
            lines += one
        else:
            conflicts += 1
            lines += [*one, "", *other] if one and other and one[-1] and other[0] else [*one, *other]
    return Merged("\n".join(lines), conflicts)


def _chunks(origin: Sequence[str], left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """The three texts cut at the lines that all of them have in common, in their order."""
    to_left, to_right = _matches(origin, left), _matches(origin, right)
    start = at_left = at_right = 0
    for index in (index for index in range(len(origin)) if index in to_left and index in to_right):
        yield list(origin[start:index]), list(left[at_left : to_left[index]]), list(right[at_right : to_right[index]])
        yield [origin[index]], [left[to_left[index]]], [right[to_right[index]]]
        start, at_left, at_right = index + 1, to_left[index] + 1, to_right[index] + 1
    yield list(origin[start:]), list(left[at_left:]), list(right[at_right:])


def _matches(origin: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, origin, other, autojunk=False).get_matching_blocks()
    return {block.a + offset: block.b + offset for block in blocks for offset in range(block.size)}
