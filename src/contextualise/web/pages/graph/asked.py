"""What the address of a graph says, and the addresses of graphs that differ from it by one thing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from contextualise.domain.neighbourhood import STEPS, Wish
from contextualise.lib.numbers import whole_number
from contextualise.repository.reading.topic import Context

MOST = 60  # values of one field that are heeded


@dataclass(frozen=True, slots=True)
class Asked:
    """A graph as its address asks for it: whose, in which context, and how."""

    path: str
    context: Context
    wish: Wish

    def url(self, wish: Wish | None = None, context: Context | None = None) -> str:
        """The address of the same graph with another wish or context."""
        chosen, seen = wish or self.wish, context or self.context
        pairs: list[tuple[str, object]] = [("scope", theme) for theme in seen.themes] or ([("scope", "*")] if seen.universal else [])
        pairs += [("strict", 1)] if seen.strict and seen.themes else []
        pairs += [("depth", chosen.depth)] if chosen.depth != 1 else []
        pairs += [("association", slug) for slug in chosen.association_types]
        pairs += [("type", slug) for slug in chosen.topic_types]
        pairs += [("open", topic_id) for topic_id in sorted(chosen.opened)]
        pairs += [("group", ".".join(map(str, key))) for key in chosen.groups]
        pairs += [("hide", topic_id) for topic_id in sorted(chosen.hidden)]
        pairs += [("large", 1)] if chosen.is_large else []
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def adding(self) -> str:
        """The address of this graph up to one more field, `open=` or `hide=` with the id of a topic: made once for all topics."""
        url = self.url()
        return f"{url}{'&' if '?' in url else '?'}"

    def closing(self, topic_id: int) -> str:
        """The graph without what was opened from a topic."""
        return self.url(replace(self.wish, opened=self.wish.opened - {topic_id}))

    def showing(self, topic_id: int) -> str:
        """The graph with a topic that was hidden."""
        return self.url(replace(self.wish, hidden=self.wish.hidden - {topic_id}))

    def unfolding(self, key: tuple[int, int, int]) -> str:
        """The graph with more of a group."""
        return self.url(replace(self.wish, groups=(*self.wish.groups, key)))

    def kept(self, *names: str) -> list[tuple[str, str]]:
        """The fields of the address but those named, for the hidden fields of a form."""
        _, _, query = self.url().partition("?")
        return [(name, value) for name, value in parse_qsl(query) if name not in names]


def wish_of(query: Callable[[str], Sequence[str]]) -> Wish:
    """The wish that an address expresses, given what gives the values of a field; what makes no sense is left out."""
    depth = next(iter(query("depth")), "")
    return Wish(
        depth=int(depth) if depth in {str(step) for step in range(1, STEPS + 1)} else 1,
        association_types=_slugs(query("association")),
        topic_types=_slugs(query("type")),
        opened=_numbers(query("open")),
        groups=tuple(dict.fromkeys(key for text in query("group")[:MOST] if (key := _key(text)))),
        hidden=_numbers(query("hide")),
        is_large="1" in query("large"),
    )


def _slugs(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts[:MOST] if text and len(text) <= 200 and text.isprintable()))


def _numbers(texts: Sequence[str]) -> frozenset[int]:
    return frozenset(number for text in texts[:MOST] if (number := whole_number(text)))


def _key(text: str) -> tuple[int, int, int] | None:
    numbers = [whole_number(part) or 0 for part in text.split(".")]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 and all(numbers) else None
