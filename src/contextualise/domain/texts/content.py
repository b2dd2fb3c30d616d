"""Kept where it is imported from: content is of more kinds than texts, and lives in `domain.content`."""

from contextualise.domain.content.storing import content_key, put_content, read_content, read_source

__all__ = ["content_key", "put_content", "read_content", "read_source"]
