"""Mapped classes, one module per part of the model; the schema itself is made by the migrations."""

from contextualise.repository.tables.base import Base
from contextualise.repository.tables.content import Content, ContentLink, ContentUse, Draft, Rendition
from contextualise.repository.tables.history import Change, ChangeTopic, Job
from contextualise.repository.tables.maps import MapMember, TopicMap
from contextualise.repository.tables.people import AccountLink, RateLimit, User, UserSession
from contextualise.repository.tables.statements import Association, AssociationRole, Name, Occurrence, Variant
from contextualise.repository.tables.together import (
    Audit,
    Comment,
    CommentMention,
    MapInvitation,
    Notice,
    OutgoingMail,
    Presence,
    Report,
    ShareLink,
    ShareUse,
    Trouble,
)
from contextualise.repository.tables.topics import Identifier, Reification, Scope, ScopeTheme, Topic, TopicType

__all__ = [
    "AccountLink",
    "Association",
    "AssociationRole",
    "Audit",
    "Base",
    "Change",
    "ChangeTopic",
    "Comment",
    "CommentMention",
    "Content",
    "ContentLink",
    "ContentUse",
    "Draft",
    "Identifier",
    "Job",
    "MapInvitation",
    "MapMember",
    "Name",
    "Notice",
    "Occurrence",
    "OutgoingMail",
    "Presence",
    "RateLimit",
    "Reification",
    "Rendition",
    "Report",
    "Scope",
    "ScopeTheme",
    "ShareLink",
    "ShareUse",
    "Topic",
    "TopicMap",
    "TopicType",
    "Trouble",
    "User",
    "UserSession",
    "Variant",
]
