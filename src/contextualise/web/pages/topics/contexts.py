"""The context of a page: what the reader chose, and what could be chosen."""

from dataclasses import dataclass, replace

from contextualise.repository.reading.records import TopicRecord
from contextualise.repository.reading.topic import Context
from contextualise.web.pages.topics.links import Topics, query_of


@dataclass(frozen=True, slots=True)
class Chip:
    """A theme that the reader chose; `href` leaves it."""

    text: str
    slug: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A theme that statements of the page have."""

    text: str
    slug: str
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """Themes of one type, such as languages."""

    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ContextSwitch:
    """The switch between contexts. `unknown` are asked-for themes that the map does not have."""

    chips: tuple[Chip, ...]
    axes: tuple[Axis, ...]
    unknown: tuple[str, ...]
    is_universal: bool
    is_strict: bool
    everything_url: str
    universal_url: str
    strict_url: str
    path: str

    @property
    def is_on(self) -> bool:
        """Whether anything is left out of the page."""
        return bool(self.chips) or self.is_universal


class Scopes:
    """The themes of each scope that a page mentions."""

    __slots__ = ("_languages", "_themes", "_topics")

    def __init__(self, record: TopicRecord, topics: Topics) -> None:
        self._topics = topics
        self._languages = record.languages
        themes: dict[int, list[int]] = {}
        for theme in record.scopes:
            themes.setdefault(theme.scope_id, []).append(theme.topic_id)
        for ids in themes.values():
            ids.sort(key=topics.name)
        self._themes = themes

    def ids(self, scope_id: int) -> list[int]:
        """The themes of a scope, by name."""
        return self._themes.get(scope_id, [])

    def links(self, scope_id: int) -> tuple[object, ...]:
        """The themes of a scope as links."""
        return tuple(self._topics.link(theme) for theme in self._themes[scope_id]) if scope_id in self._themes else ()

    def language(self, scope_id: int) -> str | None:
        """The language tag of statements in this scope, when exactly one language is among its themes."""
        tags = {self._languages[theme] for theme in self.ids(scope_id) if theme in self._languages}
        return tags.pop() if len(tags) == 1 else None


def switch_of(
    record: TopicRecord, topics: Topics, scopes: Scopes, context: Context, path: str, unknown: tuple[str, ...] = ()
) -> ContextSwitch:
    """The switch of a topic page."""
    counts = _counts(record, scopes)
    for theme in record.context:
        counts.setdefault(theme, 0)
    chips = tuple(
        Chip(topics.name(theme), topics.slug(theme), path + query_of(_without(context, topics.slug(theme)))) for theme in record.context
    )
    return ContextSwitch(
        chips=chips,
        axes=_axes(counts, topics, context, set(record.context), path),
        unknown=unknown,
        is_universal=context.universal,
        is_strict=context.strict,
        everything_url=path,
        universal_url=f"{path}?scope=*",
        strict_url=path + query_of(replace(context, strict=not context.strict)),
        path=path,
    )


def _counts(record: TopicRecord, scopes: Scopes) -> dict[int, int]:
    """How many statements of the page have each theme."""
    counts: dict[int, int] = {}
    weights = [(name.scope_id, 1) for name in record.names] + [(occurrence.scope_id, 1) for occurrence in record.occurrences]
    weights += [(counted.scope_id, counted.count) for counted in record.scope_counts]
    for scope_id, weight in weights:
        for theme in scopes.ids(scope_id):
            counts[theme] = counts.get(theme, 0) + weight
    return counts


def _axes(counts: dict[int, int], topics: Topics, context: Context, chosen: set[int], path: str) -> tuple[Axis, ...]:
    groups: dict[str, list[Choice]] = {}
    for theme, count in counts.items():
        slug = topics.slug(theme)
        is_chosen = theme in chosen
        other = _without(context, slug) if is_chosen else replace(context, themes=(*context.themes, slug), universal=False)
        choice = Choice(topics.name(theme), slug, count, path + query_of(other), is_chosen)
        groups.setdefault(topics.link(theme).kind, []).append(choice)
    return tuple(
        Axis(text, tuple(sorted(choices, key=lambda choice: choice.text.casefold())))
        for text, choices in sorted(groups.items(), key=lambda item: (not item[0], item[0].casefold()))
    )


def _without(context: Context, slug: str) -> Context:
    return replace(context, themes=tuple(theme for theme in context.themes if theme != slug))
