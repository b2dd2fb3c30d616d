"""The first statement of every page of a map: the map, who asks, and what that person is to it."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.lib.slugs import FALLBACK, slugify
from contextualise.repository.accounts import VIEWER, Viewer
from contextualise.repository.reading.raw import Statement


@dataclass(frozen=True, slots=True)
class MapRow:
    """A map's own row."""

    id: int
    owner_id: int
    title: str
    description: str
    accent: str
    version: int
    topic_count: int
    note_count: int
    default_lang: str
    base_iri: str
    image_sha256: bytes | None
    published_at: datetime | None
    promoted_at: datetime | None
    trashed_at: datetime | None
    updated_at: datetime

    @property
    def ref(self) -> str:
        """The map's name in addresses, such as `7-italian-opera`; the number alone decides."""
        return map_ref(self.id, self.title)


@lru_cache(maxsize=4096)
def map_ref(map_id: int, title: str) -> str:
    """A map's name in addresses; titles without a single letter or digit become `map`."""
    slug = slugify(title)
    return f"{map_id}-{'map' if slug == FALLBACK and FALLBACK not in title.casefold() else slug}"


# One row comes back even when there is neither such a map nor such a session: the page that says so greets the person by name.
_OPEN = Statement(
    f"""
SELECT v.id, v.email, v.name, v.is_admin, v.session_id, v.is_due, c.mode,
  m.id, m.owner_id, m.title, m.description, m.accent, m.version, m.topic_count, m.note_count, m.default_lang, m.base_iri, m.image_sha256,
  m.published_at, m.promoted_at, m.trashed_at, m.updated_at
FROM (VALUES (1)) AS one
LEFT JOIN ({VIEWER}) AS v ON true
LEFT JOIN map m ON m.id = %(map_id)s
LEFT JOIN map_member c ON c.map_id = m.id AND c.user_id = v.id
"""  # noqa: S608 - VIEWER is a constant
)
_VIEWER_COLUMNS = 6

Found = tuple[MapRow | None, Viewer | None, str | None]


async def find_map_with_viewer(connection: AsyncConnection, map_id: int, token_hash: bytes | None) -> Found:
    """The map, the person whose session it is, and the person's mode as a collaborator; each may be None."""
    parameters = {"token_hash": token_hash or b"", "map_id": map_id}
    (row,) = await _OPEN.rows(connection, parameters)
    viewer = None if row[0] is None else Viewer(*row[:_VIEWER_COLUMNS])
    found = None if row[_VIEWER_COLUMNS + 1] is None else MapRow(*row[_VIEWER_COLUMNS + 1 :])
    return found, viewer, row[_VIEWER_COLUMNS]
