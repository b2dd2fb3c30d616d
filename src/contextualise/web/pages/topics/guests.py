"""A topic as readers by share link get it: its content, without who wrote it; of a part of a map, without ways into the rest."""

from dataclasses import replace

from msgspec import structs

from contextualise.domain.access import Standing
from contextualise.repository.reading.records import TopicRecord, Uses
from contextualise.repository.reading.topic import Context


def seen_by_guest(record: TopicRecord, standing: Standing) -> TopicRecord:
    """The record with what such a reader may know; that of everybody else as it is."""
    if standing.link is None:
        return record
    record = structs.replace(
        record,
        topic=structs.replace(record.topic, created_by=None, updated_by=None),
        occurrences=tuple(structs.replace(row, created_by=None) if row.created_by else row for row in record.occurrences),
        changes=0,
    )
    if standing.reach is None:
        return record
    return structs.replace(
        record,
        steps=tuple(step for step in record.steps if standing.reaches(step.player_id)),
        mentions=(),
        reified=None,
        uses=Uses(0, 0, 0, 0, 0, 0),
    )


def asked_by_guest(standing: Standing, context: Context, trail: tuple[int, ...]) -> tuple[Context, tuple[int, ...]]:
    """The context and the way here that count for this reader: an address or a cookie is no way to ask for names out of reach."""
    reach = standing.reach
    if reach is None:
        return context, trail
    themes = tuple(theme for theme in context.themes if reach.has_slug(theme))
    return replace(context, themes=themes), tuple(topic_id for topic_id in trail if reach.has(topic_id))
