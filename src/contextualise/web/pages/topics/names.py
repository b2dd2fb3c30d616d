"""The names of a topic, the one that fits the reader best in front."""

from dataclasses import dataclass

from contextualise.repository.reading.records import NameRow, TopicRecord
from contextualise.repository.reading.topic import TOPIC_NAME
from contextualise.web.pages.topics.contexts import Scopes
from contextualise.web.pages.topics.facts import Fact, fact_of
from contextualise.web.pages.topics.links import Topics


@dataclass(frozen=True, slots=True)
class VariantLine:
    """Another form of a name."""

    id: int
    text: str
    themes: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class NameLine:
    """A name as it is shown; `kind` is its type, empty for an ordinary name."""

    id: int
    text: str
    lang: str | None
    kind: str
    kind_url: str
    themes: tuple[object, ...]
    variants: tuple[VariantLine, ...]
    details: tuple[Fact, ...]


def names_of(record: TopicRecord, topics: Topics, scopes: Scopes) -> tuple[NameLine, ...]:
    """All names, best first; none for a topic that has none."""
    default_type = record.base.get(TOPIC_NAME)
    chosen = set(record.context)
    rows = sorted(record.names, key=lambda name: _rank(name, record, scopes, chosen, default_type))
    return tuple(_line(name, record, topics, scopes, default_type) for name in rows)


def _rank(name: NameRow, record: TopicRecord, scopes: Scopes, chosen: set[int], default_type: int | None) -> tuple[object, ...]:
    """Exact scope, then most themes in common, then unconstrained, then any (the map's own label first among equals)."""
    themes = set(scopes.ids(name.scope_id))
    shared = len(themes & chosen)
    exact = bool(chosen) and themes == chosen
    return (
        not exact,
        -shared,
        name.value != record.topic.label if not shared else False,
        bool(themes) if not shared else len(themes - chosen),
        name.type_id != default_type,
        name.id,
    )


def _line(name: NameRow, record: TopicRecord, topics: Topics, scopes: Scopes, default_type: int | None) -> NameLine:
    is_ordinary = name.type_id == default_type or name.type_id not in topics
    extra = set(scopes.ids(name.scope_id))
    return NameLine(
        id=name.id,
        text=name.value,
        lang=scopes.language(name.scope_id),
        kind="" if is_ordinary else topics.name(name.type_id),
        kind_url="" if is_ordinary else topics.link(name.type_id).href,
        themes=scopes.links(name.scope_id),
        variants=tuple(
            VariantLine(
                variant.id, variant.value, tuple(topics.link(theme) for theme in scopes.ids(variant.scope_id) if theme not in extra)
            )
            for variant in record.variants
            if variant.name_id == name.id
        ),
        details=_details(name, record, topics, scopes),
    )


def _details(name: NameRow, record: TopicRecord, topics: Topics, scopes: Scopes) -> tuple[Fact, ...]:
    """What is said about the name through the topic that stands for it."""
    reifier = next((reifier.topic_id for reifier in record.reifiers if reifier.construct_id == name.id), None)
    if reifier is None:
        return ()
    return tuple(fact_of(row, topics, scopes.links(row.scope_id)) for row in record.details if row.topic_id == reifier)
