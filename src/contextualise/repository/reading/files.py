"""What is known of a map's file before its bytes are fetched."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.raw import Statement


@dataclass(frozen=True, slots=True)
class FileRow:
    """Content of a map."""

    media_type: str
    bytes: int


_FILE = Statement("SELECT media_type, bytes FROM content WHERE map_id = %(map_id)s AND sha256 = %(sha256)s")


async def find_file(connection: AsyncConnection, map_id: int, sha256: bytes) -> FileRow | None:
    """The content with this hash, if the map has it."""
    rows = await _FILE.rows(connection, {"map_id": map_id, "sha256": sha256})
    return FileRow(*rows[0]) if rows else None
