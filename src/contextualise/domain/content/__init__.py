"""Content in the object store: files of any kind, known by what is in them, and the bytes of texts."""

from contextualise.domain.content.files import MEDIA_TYPES, add_file, edit_file, move_file
from contextualise.domain.content.receiving import Prepared, discard, prepare_file
from contextualise.domain.content.storing import content_key, put_content, read_content, read_source, rendition_key

__all__ = [
    "MEDIA_TYPES",
    "Prepared",
    "add_file",
    "content_key",
    "discard",
    "edit_file",
    "move_file",
    "prepare_file",
    "put_content",
    "read_content",
    "read_source",
    "rendition_key",
]
