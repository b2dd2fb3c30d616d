"""The context of a page: what the reader chose, and what could be chosen."""

from dataclasses import replace

from contextualise.repository.reading.records import TopicRecord
from contextualise.repository.reading.topic import Context
from contextualise.web.pages.context_choice import ContextChoice, ContextChooser, axes_of, toggled
from contextualise.web.pages.topics.links import Topics, query_of


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
) -> ContextChooser:
    """The switch of a topic page."""
    counts = _counts(record, scopes)
    for theme in record.context:
        counts.setdefault(theme, 0)
    chosen = set(record.context)

    def choice(theme: int) -> ContextChoice:
        href = path + query_of(toggled(context, topics.slug(theme)))
        return ContextChoice(topics.name(theme), href, theme in chosen, counts.get(theme, 0))

    return ContextChooser(
        chips=tuple(choice(theme) for theme in record.context),
        axes=axes_of((topics.link(theme).kind, choice(theme)) for theme in counts),
        unknown=unknown,
        is_universal=context.universal,
        is_strict=context.strict,
        everything_url=path,
        universal_url=f"{path}?scope=*",
        strict_url=path + query_of(replace(context, strict=not context.strict)),
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
