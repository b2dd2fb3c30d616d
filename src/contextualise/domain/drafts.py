"""Constructs as the forms that change them begin; a missing one raises `NotFound`."""

from typing import TypeVar

from contextualise.domain.errors import NotFound
from contextualise.repository import drafts
from contextualise.repository.drafts import (
    AssociationDraft,
    Candidate,
    Detail,
    Holdings,
    IdentifierDraft,
    Match,
    Member,
    NameDraft,
    OccurrenceDraft,
    Session,
    Theme,
    TopicDraft,
    VariantDraft,
    details_of,
    holdings,
    home_of,
    languages,
    matches,
)
from contextualise.repository.topics import find_topic, find_topics

T = TypeVar("T")

__all__ = [
    "AssociationDraft",
    "Candidate",
    "Detail",
    "Holdings",
    "IdentifierDraft",
    "Match",
    "Member",
    "NameDraft",
    "OccurrenceDraft",
    "Session",
    "Theme",
    "TopicDraft",
    "VariantDraft",
    "association_draft",
    "details_of",
    "find_topic",
    "find_topics",
    "holdings",
    "home_of",
    "languages",
    "matches",
    "name_draft",
    "occurrence_draft",
    "subject_of",
    "topic_draft",
]


async def topic_draft(session: Session, map_id: int, slug: str) -> TopicDraft:
    """The topic at an address, present or former."""
    found = await drafts.topic_draft(session, map_id, slug) if "\0" not in slug else None
    return _there(found, "There is no such topic in this map.")


async def name_draft(session: Session, map_id: int, topic_id: int, name_id: int) -> NameDraft:
    """A name of the topic."""
    return _there(await drafts.name_draft(session, map_id, topic_id, name_id), "This name is not there any more.")


async def occurrence_draft(session: Session, map_id: int, occurrence_id: int) -> OccurrenceDraft:
    """An occurrence of the map."""
    return _there(await drafts.occurrence_draft(session, map_id, occurrence_id), "This statement is not there any more.")


async def association_draft(session: Session, map_id: int, association_id: int) -> AssociationDraft:
    """An association of the map."""
    return _there(await drafts.association_draft(session, map_id, association_id), "This connection is not there any more.")


async def subject_of(session: Session, map_id: int, occurrence_id: int) -> tuple[int, str]:
    """The statement that an occurrence is about, and its kind: `a` an association, `o` an occurrence, `n` a name."""
    return _there(await drafts.subject_of(session, map_id, occurrence_id), "This fact is not there any more.")


def _there(found: T | None, reason: str) -> T:
    if found is None:
        raise NotFound(reason)
    return found
