"""Topics: made, found, renamed, typed, identified, merged and deleted."""

from contextualise.domain.topics.creating import SlugTaken, create_topic, resolve, resolve_or_create
from contextualise.repository.topics import TopicRef

__all__ = ["SlugTaken", "TopicRef", "create_topic", "resolve", "resolve_or_create"]
