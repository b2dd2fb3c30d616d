"""Tells by words what became of a text, in bounded time whatever the two texts are.

Lines are compared first, then the words of lines that differ. Each comparison looks for what is unique on both sides (the “patience”
way: people recognise their text by such places), fills what lies between with the shortest edit (E. W. Myers, “An O(ND) Difference
Algorithm and Its Variations”, Algorithmica 1, 1986), and stops looking when the effort allowed is spent: what is left then counts as
replaced.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["same", "added", "deleted"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both versions have, or that only the new or only the old one has."""

    kind: Kind
    text: str


_PUNCTUATION = r"!-/:-@\[-`{-~\u00a1-\u00a9\u00ab-\u00b1\u00b6-\u00bf\u2010-\u2027\u2030-\u205e\u3000-\u303f\uff01-\uff0f"
_IDEOGRAPHS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Scripts without spaces are compared by characters; marks that combine stay with the letter before them.
_WORDS = re.compile(rf"[{_IDEOGRAPHS}][\u3099\u309a\ufe00-\ufe0f]*|[^\s{_PUNCTUATION}{_IDEOGRAPHS}]+|\n|[^\S\n]+|.", re.DOTALL)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")

_EFFORT = 2_000_000  # steps of comparing, about a second
_MOST_EDITS = 600  # that one search for the shortest edit goes through; the steps grow with the square
_DEPTH = 40  # of searches between places that are unique

Edit = tuple[int, int, int, int]  # a stretch of the old that became a stretch of the new: both may be empty


def compare_words(old: str, new: str) -> list[Piece]:
    """What stayed, was deleted and was added, in the order of the text; a deletion stands before what replaced it.

    The pieces that are the same or deleted make the old text, those that are the same or added the new one. Neighbours differ in kind.
    """
    if old == new:
        return [Piece("same", old)] if old else []
    effort = _Effort(_EFFORT)
    pieces: list[Piece] = []
    for piece in _by_lines(old, new, effort):
        _append(pieces, piece)
    return _joined(pieces)


class _Effort:
    """How many steps may still be taken."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> bool:
        """Whether there was as much left."""
        self.left -= steps
        return self.left >= 0


def _by_lines(old: str, new: str, effort: _Effort) -> Iterator[Piece]:
    before, after = _LINES.findall(old), _LINES.findall(new)
    for same, deleted, added in _stretches(before, after, effort):
        if same:
            yield Piece("same", "".join(same))
        if deleted and added:
            yield from _by_words("".join(deleted), "".join(added), effort)
        else:
            yield from _pieces(deleted, added)


def _by_words(old: str, new: str, effort: _Effort) -> Iterator[Piece]:
    for same, deleted, added in _stretches(_WORDS.findall(old), _WORDS.findall(new), effort):
        if same:
            yield Piece("same", "".join(same))
        yield from _pieces(deleted, added)


def _pieces(deleted: Iterable[str], added: Iterable[str]) -> Iterator[Piece]:
    for kind, tokens in (("deleted", deleted), ("added", added)):
        text = "".join(tokens)
        if text:
            yield Piece(kind, text)  # type: ignore[arg-type]  # the two literals above


def _stretches(old: Sequence[str], new: Sequence[str], effort: _Effort) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """What is the same, followed by what was deleted and added after it; over and over."""
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(token, len(numbers)) for token in old]
    b = [numbers.setdefault(token, len(numbers)) for token in new]
    at = 0
    for start, end, to_start, to_end in _edits(a, b, effort):
        yield old[at:start], old[start:end], new[to_start:to_end]
        at = end
    yield old[at:], (), ()


def _edits(a: Sequence[int], b: Sequence[int], effort: _Effort) -> Iterator[Edit]:
    """The stretches that differ, in order."""
    waiting = [(0, len(a), 0, len(b), _DEPTH)]
    while waiting:
        low, high, to_low, to_high, depth = waiting.pop()
        while low < high and to_low < to_high and a[low] == b[to_low]:
            low, to_low = low + 1, to_low + 1
        while low < high and to_low < to_high and a[high - 1] == b[to_high - 1]:
            high, to_high = high - 1, to_high - 1
        if low == high or to_low == to_high:
            if low < high or to_low < to_high:
                yield low, high, to_low, to_high
            continue
        affordable = effort.spend(high - low + to_high - to_low)
        anchors = _anchors(a[low:high], b[to_low:to_high]) if affordable and depth else []
        if anchors:
            waiting += reversed(_between(low, high, to_low, to_high, anchors, depth - 1))
        else:
            for edit in _shortest(a[low:high], b[to_low:to_high], effort) if affordable else [(0, high - low, 0, to_high - to_low)]:
                yield low + edit[0], low + edit[1], to_low + edit[2], to_low + edit[3]


def _between(
    low: int, high: int, to_low: int, to_high: int, anchors: Sequence[tuple[int, int]], depth: int
) -> list[tuple[int, int, int, int, int]]:
    """The parts before, between and after places that both sides have."""
    parts = []
    at, to = low, to_low
    for x, y in anchors:
        parts.append((at, low + x, to, to_low + y, depth))
        at, to = low + x + 1, to_low + y + 1
    parts.append((at, high, to, to_high, depth))
    return parts


def _anchors(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """Positions of what occurs once on each side, as many as stand in the same order on both."""
    places = {token: index for index, token in enumerate(b)}
    once_a, once_b = Counter(a), Counter(b)
    pairs = [(index, places[token]) for index, token in enumerate(a) if once_a[token] == 1 and once_b[token] == 1]
    return _longest_rising(pairs)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs whose second numbers rise, by piles as in the card game."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(place)
            piles.append(index)
        else:
            tops[pile], piles[pile] = place, index
    chosen = []
    index = piles[-1] if piles else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _shortest(a: Sequence[int], b: Sequence[int], effort: _Effort) -> list[Edit]:
    """The fewest deletions and additions; all replaced where that are too many to look for."""
    trace = _forwards(a, b, effort)
    if trace is None:
        return [(0, len(a), 0, len(b))]
    return _merged(_backwards(len(a), len(b), trace))


def _forwards(a: Sequence[int], b: Sequence[int], effort: _Effort) -> list[list[int]] | None:
    """How far one gets on each diagonal with 0, 1, 2 … edits; None where it takes too many.

    The list for d edits holds the diagonals -d, -d + 2 … d.
    """
    n, m = len(a), len(b)
    reach: list[int] = []
    trace: list[list[int]] = []
    for d in range(min(n + m, _MOST_EDITS) + 1):
        if not effort.spend(d + 1):
            return None
        row = []
        for index in range(d + 1):
            diagonal = 2 * index - d
            x = _start(reach, index, d)
            y = x - diagonal
            while x < n and y < m and a[x] == b[y]:
                x, y = x + 1, y + 1
            row.append(x)
            if x >= n and y >= m:
                trace.append(row)
                return trace
        trace.append(row)
        reach = row
    return None


def _start(reach: Sequence[int], index: int, d: int) -> int:
    """Where the way with d edits begins on its diagonal: after an addition from the one above or a deletion from the one below."""
    if d == 0:
        return 0
    if index == 0 or (index < d and reach[index - 1] < reach[index]):
        return reach[index]
    return reach[index - 1] + 1


def _backwards(n: int, m: int, trace: Sequence[Sequence[int]]) -> Iterator[Edit]:
    """The single edits of the way that was found, the last one first."""
    x, y = n, m
    for d in range(len(trace) - 1, 0, -1):
        reach = trace[d - 1]
        index = (x - y + d) // 2
        is_addition = index == 0 or (index < d and reach[index - 1] < reach[index])
        if is_addition:
            x = reach[index]
            y = x - (2 * index - d) - 1
            yield x, x, y, y + 1
        else:
            x = reach[index - 1]
            y = x + 1 - (2 * index - d)
            yield x, x + 1, y, y


def _merged(backwards: Iterable[Edit]) -> list[Edit]:
    """Neighbouring edits as one."""
    edits: list[Edit] = []
    for start, end, to_start, to_end in reversed(list(backwards)):
        if edits and edits[-1][1] == start and edits[-1][3] == to_start:
            edits[-1] = (edits[-1][0], end, edits[-1][2], to_end)
        else:
            edits.append((start, end, to_start, to_end))
    return edits


def _append(pieces: list[Piece], piece: Piece) -> None:
    """Add a piece; what is deleted comes before what is added since the last piece that is the same."""
    at = len(pieces)
    while at and pieces[at - 1].kind != "same" and piece.kind != "same" and pieces[at - 1].kind != piece.kind:
        if piece.kind == "added":
            break
        at -= 1
    if at and pieces[at - 1].kind == piece.kind:
        pieces[at - 1] = Piece(piece.kind, pieces[at - 1].text + piece.text)
    else:
        pieces.insert(at, piece)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, with words that were all replaced in one piece instead of one for each between the blanks that stayed."""
    joined: list[Piece] = []
    for index, piece in enumerate(pieces):
        blank = piece.kind == "same" and not piece.text.strip() and "\n" not in piece.text
        if blank and _is_replacement(pieces[max(index - 2, 0) : index]) and _is_replacement(pieces[index + 1 : index + 3]):
            _append(joined, Piece("deleted", piece.text))
            _append(joined, Piece("added", piece.text))
        else:
            _append(joined, piece)
    return joined


def _is_replacement(pieces: Sequence[Piece]) -> bool:
    return [piece.kind for piece in pieces] == ["deleted", "added"]
