"""Naming a text of the store in the database."""

from hashlib import sha256

from contextualise.domain.collecting import ensure_kept
from contextualise.domain.texts.content import content_key, put_content
from contextualise.objects import ObjectStore
from contextualise.repository.contents import MARKDOWN, TextRow, keep_content
from contextualise.repository.journal import Journal


async def keep_text(journal: Journal, objects: ObjectStore, source: str, text: TextRow) -> bytes:
    """Write the row of a Markdown text that was put before the map was locked; returns its SHA-256.

    Should its object have been collected in between, it is put again: see `domain.collecting`. Raises `objects.StoreUnavailable`.
    """
    data, map_id = source.encode(), journal.map_id
    digest = sha256(data).digest()
    await ensure_kept(objects, content_key(map_id, digest), lambda: put_content(objects, map_id, data, MARKDOWN))
    await keep_content(journal.session, map_id, digest, media_type=MARKDOWN, size=len(data), text=text)
    return digest
