"""What the page of an association shows."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from contextualise.repository.reading.association import ROLES, AssociationRecord
from contextualise.repository.reading.topic import Context
from contextualise.web.pages.topics.facts import Fact, fact_of
from contextualise.web.pages.topics.links import Addresses, TopicLink, Topics

_FOLLOWED = 20  # a change of who takes part touches all of them


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A part and who plays it."""

    id: int
    role: TopicLink
    player: TopicLink


@dataclass(frozen=True, slots=True)
class AssociationPage:
    """An association; `topic` stands for it, when one does."""

    id: int
    map_url: str
    title: str
    sentence: str
    url: str
    edit_url: str
    plain_url: str
    live_url: str
    kind: TopicLink
    roles: tuple[RoleLine, ...]
    more_url: str
    themes: tuple[TopicLink, ...]
    facts: tuple[Fact, ...]
    topic: TopicLink | None
    created_at: datetime
    created_by: str | None
    updated_at: datetime
    updated_by: str | None
    may_edit: bool


def association_page(record: AssociationRecord, map_url: str, context: Context, *, may_edit: bool) -> AssociationPage:
    """The page's contents for a reader."""
    addresses = Addresses(map_url, context)
    topics = Topics(record.topics, addresses)
    plain_url = f"{map_url}/associations/{record.id}"
    roles = tuple(RoleLine(role.id, topics.link(role.type_id), topics.link(role.player_id)) for role in record.roles[:ROLES])
    themes_of: dict[int, list[TopicLink]] = {}
    for scope_id, theme in record.detail_themes:
        themes_of.setdefault(scope_id, []).append(topics.link(theme))
    kind = topics.link(record.type_id)
    players = ", ".join(f"{role.player.text} ({role.role.text})" for role in roles[:6])
    has_topic = record.reifier_id is not None and not topics.is_hidden(record.reifier_id)
    return AssociationPage(
        id=record.id,
        map_url=map_url,
        title=kind.text,
        sentence=f"{kind.text}: {players}{' and others' if len(record.roles) > 6 else ''}",
        url=addresses.association(record.id),
        edit_url=f"{plain_url}/edit{addresses.query}",
        plain_url=plain_url,
        live_url=_live_url(record, map_url),
        kind=kind,
        roles=roles,
        more_url=f"{plain_url}?after={roles[-1].id}" if len(record.roles) > ROLES else "",
        themes=tuple(sorted((topics.link(theme) for theme in record.themes), key=lambda theme: theme.text.casefold())),
        facts=tuple(fact_of(row, topics, tuple(themes_of.get(row.scope_id, ()))) for row in record.details),
        topic=topics.link(record.reifier_id) if has_topic and record.reifier_id is not None else None,
        created_at=record.created_at,
        created_by=record.created_by,
        updated_at=record.updated_at,
        updated_by=record.updated_by,
        may_edit=may_edit,
    )


def _live_url(record: AssociationRecord, map_url: str) -> str:
    """The stream of what shows on the page: who takes part, and the topic that carries its facts. Names are told to every page."""
    about = [role.player_id for role in record.roles[:_FOLLOWED]] + [record.reifier_id or 0]
    return f"{map_url}/live?{urlencode([('about', topic_id) for topic_id in dict.fromkeys(about) if topic_id])}"
