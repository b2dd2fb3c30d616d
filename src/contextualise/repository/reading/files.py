"""What is known of a map's file before its bytes are fetched."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.notes import IN_INBOX
from contextualise.repository.reading.raw import Statement


@dataclass(frozen=True, slots=True)
class FileRow:
    """Content of a map; `is_shown` where a topic or the map itself has it now, not only in its history, trash or inbox."""

    media_type: str
    bytes: int
    is_shown: bool
    rendition_width: int | None  # of the copy that fits the width asked for
    rendition_type: str | None
    rendition_bytes: int | None


# The smallest copy that is as wide as asked for, else the widest one there is.
_FILE = Statement(
    f"""
SELECT c.media_type, c.bytes,
  EXISTS (SELECT FROM occurrence o WHERE o.map_id = %(map_id)s AND o.sha256 = %(sha256)s AND NOT {IN_INBOX}
      AND (%(everywhere)s OR o.topic_id = ANY(%(within)s::bigint[])))
    OR (%(everywhere)s AND EXISTS (SELECT FROM map m WHERE m.id = %(map_id)s AND m.image_sha256 = %(sha256)s)),
  r.width, r.media_type, r.bytes
FROM content c
LEFT JOIN LATERAL (
  SELECT width, media_type, bytes FROM rendition WHERE map_id = %(map_id)s AND sha256 = %(sha256)s AND %(width)s > 0
  ORDER BY width < %(width)s, abs(width - %(width)s) LIMIT 1
) AS r ON true
WHERE c.map_id = %(map_id)s AND c.sha256 = %(sha256)s
"""  # noqa: S608 - a constant
)


async def find_file(
    connection: AsyncConnection, map_id: int, sha256: bytes, width: int = 0, *, within: Collection[int] | None = None
) -> FileRow | None:
    """The content with this hash, if the map has it, with the copy that fits a width in pixels; `within` are topics that may show it."""
    place = {"map_id": map_id, "sha256": sha256, "everywhere": within is None, "within": list(within or ())}
    rows = await _FILE.rows(connection, {**place, "width": width})
    return FileRow(*rows[0]) if rows else None
