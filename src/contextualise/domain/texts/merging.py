"""Brings two versions of a text together that were written from the same third one, by words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from contextualise.lib.differences import Piece, compare_words

_BLANK_LINES = re.compile(r"\n(?=\n)")
_SIGNS = "\x1f\x1e\x1d\x1c\u2029"  # blanks that nobody writes
_FEW = 24  # characters between two conflicts that are shown as one


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with both people's changes; `conflicts` counts the places where both changed the same words.

    Such a place has both versions, in braces and in words: `{theirs: 1900 | yours: 1901}`.
    """

    text: str
    conflicts: int


@dataclass(frozen=True, slots=True)
class _Edit:
    """What one person put in place of a stretch of the base; an insertion where the stretch is empty."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Region:
    """A stretch of the base that one or both changed."""

    start: int
    end: int
    theirs: tuple[_Edit, ...]
    mine: tuple[_Edit, ...]


def merge_texts(base: str, theirs: str, mine: str) -> Merged:
    """Merge by words: what one of the two changed is taken from that one, what both changed alike is taken once.

    Nothing that one of them wrote is left out, and what both changed differently stands there in both ways.
    """
    if theirs in (mine, base):
        return Merged(mine, 0)
    if mine == base:
        return Merged(theirs, 0)
    if not base:
        return Merged(_one_after_the_other(theirs, mine), 1)
    parts: list[str] = []
    at = conflicts = 0
    found = _regions(base, _edits(compare_texts(base, theirs)), _edits(compare_texts(base, mine)))
    for region in _readable(base, found):
        parts.append(base[at : region.start])
        settled, is_open = _settle(base, region)
        parts.append(settled)
        conflicts += is_open
        at = region.end
    parts.append(base[at:])
    return Merged("".join(parts), conflicts)


def compare_texts(old: str, new: str) -> list[Piece]:
    """What stayed, was deleted and was added, by words, as `compare_words` tells it.

    The blank lines between paragraphs are all alike; they go with the line before them, so that a paragraph that was changed is never
    taken for the one beside it.
    """
    sign = next((sign for sign in _SIGNS if sign not in old and sign not in new), None)
    if sign is None:
        return compare_words(old, new)
    pieces = compare_words(_BLANK_LINES.sub(sign, old), _BLANK_LINES.sub(sign, new))
    return [Piece(piece.kind, piece.text.replace(sign, "\n")) for piece in pieces]


def _edits(pieces: Sequence[Piece]) -> list[_Edit]:
    """The pieces of a comparison as stretches of the old text and what became of them."""
    edits: list[_Edit] = []
    at = 0
    for piece in pieces:
        if piece.kind == "same":
            at += len(piece.text)
            continue
        end = at + len(piece.text) if piece.kind == "deleted" else at
        before = edits.pop() if edits and edits[-1].end == at else _Edit(at, at, "")
        edits.append(_Edit(before.start, end, before.text + (piece.text if piece.kind == "added" else "")))
        at = end
    return edits


def _regions(base: str, theirs: Sequence[_Edit], mine: Sequence[_Edit]) -> Iterator[_Region]:
    """The edits of both in the order of the base, those that get in each other's way together."""
    waiting = sorted([(edit.start, edit.end, 0, edit) for edit in theirs] + [(edit.start, edit.end, 1, edit) for edit in mine], key=_place)
    index = end = 0
    left = ""  # what stands before the next edit: a deletion leaves there what stood before it
    while index < len(waiting):
        start, before, (_, _, side, edit) = waiting[index][0], end, waiting[index]
        left = edit.text or (left if index and start == before else base[max(start - 1, 0) : start])
        sides: tuple[list[_Edit], list[_Edit]] = ([], [])
        sides[side].append(edit)
        end = edit.end
        index += 1
        while index < len(waiting) and _meets(start, end, waiting[index][3], left, _right_of(base, waiting, index)):
            _, further, side, edit = waiting[index]
            sides[side].append(edit)
            left = edit.text or left
            end = max(end, further)
            index += 1
        yield _Region(start, end, tuple(sides[0]), tuple(sides[1]))


def _right_of(base: str, waiting: Sequence[tuple[int, int, int, _Edit]], index: int) -> str:
    """What an edit puts at its place; for a deletion, what comes to stand there."""
    edit = waiting[index][3]
    for _, _, _, following in waiting[index + 1 :]:
        if edit.text or following.start != edit.end:
            break
        edit = following
    return edit.text or base[edit.end : edit.end + 1]


def _readable(base: str, regions: Iterable[_Region]) -> Iterator[_Region]:
    """The regions with those that both changed and that are only a few words apart as one: nobody can read every second word twice."""
    before: _Region | None = None
    for region in regions:
        if before is None:
            before = region
        elif _both(before) and _both(region) and region.start - before.end <= _FEW and "\n" not in base[before.end : region.start]:
            before = _Region(before.start, region.end, before.theirs + region.theirs, before.mine + region.mine)
        else:
            yield before
            before = region
    if before is not None:
        yield before


def _both(region: _Region) -> bool:
    return bool(region.theirs and region.mine)


def _place(item: tuple[int, int, int, _Edit]) -> tuple[int, int, int]:
    return item[:3]


def _meets(start: int, end: int, following: _Edit, left: str, right: str) -> bool:
    """Whether the next edit begins inside what was changed already, at the same point, or would run together with its words."""
    if following.start != end:
        return following.start < end
    return start == end == following.end or (left[-1:].isalnum() and right[:1].isalnum())


def _settle(base: str, region: _Region) -> tuple[str, bool]:
    """What stands there in the merged text, and whether it is left open which of the two is meant."""
    theirs, mine = (_applied(base, region, edits) for edits in (region.theirs, region.mine))
    if not region.mine or theirs == mine:
        return theirs, False
    if not region.theirs:
        return mine, False
    if region.start == region.end and _is_lines(base, region.start, theirs) and _is_lines(base, region.start, mine):
        return _one_after_the_other(theirs, mine), False
    if "\n" in theirs + mine:
        return _as_lines(base, region, theirs, mine), True
    return f"{{theirs: {_or_nothing(theirs)} | yours: {_or_nothing(mine)}}}", True


def _as_lines(base: str, region: _Region, theirs: str, mine: str) -> str:
    """Both versions of whole lines, each under its own word; what ends both of them comes after."""
    ends = [len(text) - len(text.rstrip("\n")) for text in (theirs, mine) if text.strip()]
    end = min(ends, default=0)
    left, right = (text.removesuffix("\n" * end) or _or_nothing("") for text in (theirs, mine))
    is_begin = region.start == 0 or base[region.start - 1] == "\n"
    is_end = end > 0 or base[region.end : region.end + 1] in ("", "\n")
    return f"{'' if is_begin else chr(10)}{{theirs:}}\n{left}\n{{yours:}}\n{right}\n{{end}}{chr(10) * end}{'' if is_end else chr(10)}"


def _applied(base: str, region: _Region, edits: Sequence[_Edit]) -> str:
    """The stretch of the base as one of them left it."""
    parts: list[str] = []
    at = region.start
    for edit in edits:
        parts += (base[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, base[at : region.end]))


def _is_lines(base: str, at: int, text: str) -> bool:
    """Whether a text put in at a point is whole lines: a further paragraph, a further item of a list."""
    after_line, before_line = at == 0 or base[at - 1] == "\n", at == len(base) or base[at] == "\n"
    return (text.startswith("\n") and before_line) or (after_line and (text.endswith("\n") or at == len(base)))


def _or_nothing(text: str) -> str:
    return text if text.strip() else "(nothing)"


def _one_after_the_other(theirs: str, mine: str) -> str:
    if not theirs or not mine:
        return theirs or mine
    return theirs + ("" if theirs.endswith("\n") or mine.startswith("\n") else "\n\n") + mine
