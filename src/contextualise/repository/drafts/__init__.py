"""What a form starts from: one construct as it is now, with the names of all that it points at, in one statement each."""

from contextualise.repository.drafts.records import (
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
)
from contextualise.repository.drafts.statements import association_draft, details_of, name_draft, occurrence_draft, subject_of
from contextualise.repository.drafts.topics import holdings, home_of, languages, matches, topic_draft

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
    "holdings",
    "home_of",
    "languages",
    "matches",
    "name_draft",
    "occurrence_draft",
    "subject_of",
    "topic_draft",
]
