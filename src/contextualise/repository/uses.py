"""Statements about what contents are used by, now or at a time that can be gone back to: while one is used, its object stays."""

from sqlalchemy import ARRAY, BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import BYTEA

from contextualise.repository.journal import Journal

_NOTE = text(
    """
    INSERT INTO content_use (map_id, sha256, occurrence_id)
    SELECT :map_id, u.sha256, u.id FROM unnest(:digests, :ids) AS u (sha256, id) ON CONFLICT DO NOTHING
    """
).bindparams(bindparam("digests", type_=ARRAY(BYTEA)), bindparam("ids", type_=ARRAY(BigInteger)))


async def note_uses(journal: Journal) -> None:
    """Write down every content that an occurrence of this change has or had before it."""
    images = (image for entry in journal.entries if entry.table == "occurrence" for image in entry.images)
    used = sorted({(image["sha256"], image["id"]) for image in images if image["sha256"] is not None})
    if used:
        digests = [bytes.fromhex(digest[2:]) for digest, _ in used]
        await journal.session.execute(_NOTE, {"map_id": journal.map_id, "digests": digests, "ids": [number for _, number in used]})
