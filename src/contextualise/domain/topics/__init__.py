"""Topics: made, found, renamed, typed, identified, merged and deleted."""

from contextualise.domain.topics.creating import SlugTaken, create_topic, insert_topic, resolve, resolve_or_create
from contextualise.domain.topics.deleting import StillUsed, delete_topic, uses_of
from contextualise.domain.topics.editing import rename_topic, set_types
from contextualise.domain.topics.identifying import SameSubject, add_identifier, remove_identifier
from contextualise.domain.topics.merging import merge_topics
from contextualise.repository.identifiers import Kind as IdentifierKind
from contextualise.repository.topics import TopicRef

__all__ = [
    "IdentifierKind",
    "SameSubject",
    "SlugTaken",
    "StillUsed",
    "TopicRef",
    "add_identifier",
    "create_topic",
    "delete_topic",
    "insert_topic",
    "merge_topics",
    "remove_identifier",
    "rename_topic",
    "resolve",
    "resolve_or_create",
    "set_types",
    "uses_of",
]
