"""Content in the object store: files of any kind, known by what is in them, and the bytes of texts."""

from contextualise.domain.content.examining import (
    EXAMINE,
    Copy,
    Finding,
    examine_forgotten,
    examine_later,
    keep_finding,
    keep_poster,
    next_picture,
)
from contextualise.domain.content.files import MEDIA_TYPES, add_file, edit_file, move_file
from contextualise.domain.content.receiving import Prepared, discard, prepare_file
from contextualise.domain.content.storing import content_key, put_content, read_content, read_source, rendition_key

__all__ = [
    "EXAMINE",
    "MEDIA_TYPES",
    "Copy",
    "Finding",
    "Prepared",
    "add_file",
    "content_key",
    "discard",
    "edit_file",
    "examine_forgotten",
    "examine_later",
    "keep_finding",
    "keep_poster",
    "move_file",
    "next_picture",
    "prepare_file",
    "put_content",
    "read_content",
    "read_source",
    "rendition_key",
]
