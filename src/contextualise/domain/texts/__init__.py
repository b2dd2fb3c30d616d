"""Texts of topics: Markdown in the object store, what reading needs in the database."""

from contextualise.domain.texts.content import content_key, put_content, read_content, read_source
from contextualise.domain.texts.keeping import keep_text
from contextualise.domain.texts.merging import Merged, compare_texts, merge_texts
from contextualise.domain.texts.saving import MARKDOWN, Stale, cleaned, edit_text, files_url, id_prefix, relink, rendered, save_text

__all__ = [
    "MARKDOWN",
    "Merged",
    "Stale",
    "cleaned",
    "compare_texts",
    "content_key",
    "edit_text",
    "files_url",
    "id_prefix",
    "keep_text",
    "merge_texts",
    "put_content",
    "read_content",
    "read_source",
    "relink",
    "rendered",
    "save_text",
]
