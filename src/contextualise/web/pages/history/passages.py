"""The comparison of two texts as it is shown: what stayed is folded where it is long."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from contextualise.lib.differences import Piece

KEPT = 240
"""Characters of what stayed that are shown before and after a change."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the comparison; `kind` is same, added, deleted or folded, and `words` counts those of a folded one."""

    kind: str
    text: str
    words: int = 0


def passages(pieces: Sequence[Piece]) -> tuple[Passage, ...]:
    """The pieces in their order."""
    found: list[Passage] = []
    for index, piece in enumerate(pieces):
        if piece.kind == "same":
            found += _same(piece.text, is_first=index == 0, is_last=index == len(pieces) - 1)
        else:
            found.append(Passage(piece.kind, piece.text))
    return tuple(found)


def counted(pieces: Sequence[Piece]) -> tuple[int, int]:
    """How many words were deleted and how many added."""
    deleted, added = (sum(len(piece.text.split()) for piece in pieces if piece.kind == kind) for kind in ("deleted", "added"))
    return deleted, added


def _same(text: str, *, is_first: bool, is_last: bool) -> list[Passage]:
    start = 0 if is_first else _break(text, KEPT)
    end = len(text) if is_last else len(text) - _break(text[::-1], KEPT, line_end=0)
    if end - start <= KEPT:
        return [Passage("same", text)]
    middle = text[start:end]
    cuts = [cut for cut in (0, start, end, len(text)) if 0 <= cut <= len(text)]
    parts = [text[low:high] for low, high in pairwise(cuts)]
    shown = [Passage("same", parts[0]), Passage("folded", middle, len(middle.split())), Passage("same", parts[2])]
    return [passage for passage in shown if passage.text]


def _break(text: str, least: int, *, line_end: int = 1) -> int:
    """Where the text may be cut: at the end of a line (which stays above the cut), else of a word, not before `least` characters."""
    for mark, most in (("\n", 3 * least), (" ", 2 * least)):
        found = text.find(mark, least, most)
        if found >= 0:
            return found + line_end if mark == "\n" else found
    return min(least, len(text))
