"""Words found in a text: the piece of the text around them, and which of its characters they are."""

import re
import unicodedata
from collections.abc import Collection, Sequence

Piece = tuple[str, bool]
"""Some characters of a text, and whether they are what was looked for."""

_GAPS = r"[\W_]+"


class _Folding(dict[int, str]):
    """Each character as it is compared, exactly one for one, so that places in the folded text are places in the text."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        folded = unicodedata.normalize("NFD", character.casefold())[:1] or character
        self[number] = folded
        return folded


_FOLDED = _Folding()


def fold(text: str) -> str:
    """The text without case and accents, and exactly as long."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def pattern_of(words: Collection[str], beginnings: Collection[str], phrases: Collection[Sequence[str]] = ()) -> re.Pattern[str] | None:
    """What finds whole words, words that begin so, and phrases in a folded text; None for nothing to find."""
    ways = [_GAPS.join(map(re.escape, phrase)) + r"(?!\w)" for phrase in phrases]
    ways += [re.escape(word) + r"(?!\w)" for word in sorted(words, key=len, reverse=True)]
    ways += [re.escape(word) + r"\w*" for word in sorted(beginnings, key=len, reverse=True)]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(ways)})") if ways else None


def marked(text: str, pattern: re.Pattern[str] | None) -> list[Piece]:
    """The whole text in pieces."""
    if pattern is None:
        return [(text, False)]
    pieces: list[Piece] = []
    last = 0
    for found in pattern.finditer(fold(text)):
        pieces += [(text[last : found.start()], False), (text[found.start() : found.end()], True)]
        last = found.end()
    return [piece for piece in (*pieces, (text[last:], False)) if piece[0]]


def excerpt(text: str, pattern: re.Pattern[str] | None, *, length: int = 220) -> list[Piece]:
    """About so many characters of the text where most of the words stand close together; its beginning where none is found."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    start, end = _window(text, pattern, length)
    pieces = marked(text[start:end], pattern)
    return [*([("… ", False)] if start else []), *pieces, *([(" …", False)] if end < len(text) else [])]


def _window(text: str, pattern: re.Pattern[str] | None, length: int) -> tuple[int, int]:
    places = [found.span() for found in pattern.finditer(fold(text))] if pattern else []
    if not places or len(text) <= length:
        return 0, _word_end(text, length)
    best, most = 0, 0
    for index, (first, _) in enumerate(places):
        words = {fold(text[a:b]) for a, b in places[index : index + 12] if b <= first + length}
        if len(words) > most:
            best, most = index, len(words)
    start = _word_start(text, max(0, places[best][0] - length // 4))
    return start, _word_end(text, start + length)


def _word_start(text: str, place: int) -> int:
    if place == 0:
        return 0
    gap = text.find(" ", place, place + 30)
    return gap + 1 if gap >= 0 else place


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    gap = text.rfind(" ", max(0, place - 30), place)
    return gap if gap >= 0 else place
