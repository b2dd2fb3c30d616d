"""`@Ada Lovelace` in a remark: which of the people who may be meant is meant."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Not in an e-mail address, nor behind a stroke as in a path.
_AT = re.compile(r"(?<![\w@/.+-])@(?=\w)")
_WORD = re.compile(r"\w[\w.'\u2019-]*")


@dataclass(frozen=True, slots=True)
class Naming:
    """A place in a text where people are named; two who are called the same are both meant."""

    start: int
    end: int
    ids: frozenset[int]


class People:
    """People who may be named, found by their whole name or by a first name that only one of them has."""

    def __init__(self, people: Iterable[tuple[int, str]]) -> None:
        self._by_name: defaultdict[str, set[int]] = defaultdict(set)
        self._by_first: defaultdict[str, set[str]] = defaultdict(set)
        for person_id, name in people:
            key = _key(name)
            first = _WORD.match(key)
            if first is not None:
                self._by_name[key].add(person_id)
                self._by_first[first[0].rstrip(".'\u2019-")].add(key)

    def named_in(self, text: str) -> Iterator[Naming]:
        """Every naming in the text, from left to right."""
        end = 0
        for at in _AT.finditer(text):
            found = self._at(text, at.end()) if at.start() >= end else None
            if found is not None:
                end = found.end
                yield found

    def _at(self, text: str, start: int) -> Naming | None:
        word = _WORD.match(text, start)
        if word is None:
            return None
        first = _key(word[0].rstrip(".'\u2019-"))
        names = self._by_first.get(first, set())
        for name in sorted(names, key=len, reverse=True):
            end = start + len(name)
            if _key(text[start:end]) == name and not text[end : end + 1].isalnum():
                return Naming(start - 1, end, frozenset(self._by_name[name]))
        ids = frozenset(person for name in names for person in self._by_name[name])
        return Naming(start - 1, start + len(first), ids) if len(ids) == 1 else None


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
