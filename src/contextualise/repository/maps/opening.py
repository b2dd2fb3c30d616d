"""The first statement of every page of a map: the map, who asks, and what that person is to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.lib.slugs import FALLBACK, slugify
from contextualise.repository.accounts import VIEWER, Viewer
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.topic import NAVIGATION


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
    talk_version: int = 0  # moves with every comment

    @property
    def ref(self) -> str:
        """The map's name in addresses, such as `7-italian-opera`; the number alone decides."""
        return map_ref(self.id, self.title)


@lru_cache(maxsize=4096)
def map_ref(map_id: int, title: str) -> str:
    """A map's name in addresses; titles without a single letter or digit become `map`."""
    slug = slugify(title)
    return f"{map_id}-{'map' if slug == FALLBACK and FALLBACK not in title.casefold() else slug}"


class GuestLink(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A share link that is good, with the topics that it opens, by number and address; none for one that opens the whole map."""

    kind: str
    topic_id: int | None
    by: str | None
    expires_at: datetime | None
    topics: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What the first statement finds; each may be missing."""

    map: MapRow | None
    viewer: Viewer | None
    mode: str | None  # the person's as a collaborator
    links: tuple[GuestLink, ...] = ()


_COLUMNS = """v.id, v.email, v.name, v.is_admin, v.session_id, v.is_due, v.unread, c.mode,
  m.id, m.owner_id, m.title, m.description, m.accent, m.version, m.topic_count, m.note_count, m.default_lang, m.base_iri, m.image_sha256,
  m.published_at, m.promoted_at, m.trashed_at, m.updated_at, m.talk_version"""

# One row comes back even when there is neither such a map nor such a session: the page that says so greets the person by name.
_FROM = f"""
FROM (VALUES (1)) AS one
LEFT JOIN ({VIEWER}) AS v ON true
LEFT JOIN map m ON m.id = %(map_id)s
LEFT JOIN map_member c ON c.map_id = m.id AND c.user_id = v.id
"""
_OPEN = Statement(f"SELECT {_COLUMNS}{_FROM}")

# The topics of a path are those of its steps: navigation in the scope of the path's topic alone.
_LINKS = f"""(
  SELECT coalesce(json_agg(json_build_array(l.kind, l.topic_id, u.name, l.expires_at, (
    SELECT coalesce(json_agg(json_build_array(t.id, t.slug)), '[]') FROM topic t WHERE t.map_id = l.map_id AND NOT t.is_hidden AND t.id IN (
      SELECT l.topic_id
      UNION ALL
      SELECT r.player_id FROM scope s
      JOIN association a ON a.map_id = s.map_id AND a.scope_id = s.id
      JOIN role r ON r.map_id = a.map_id AND r.association_id = a.id
      WHERE l.kind = 'path' AND s.map_id = l.map_id AND s.key = l.topic_id::text AND a.type_id = (
        SELECT i.construct_id FROM identifier i WHERE i.map_id = l.map_id AND i.kind = 1 AND i.iri = '{NAVIGATION}')
    )
  )) ORDER BY l.id), '[]')::text
  FROM share_link l LEFT JOIN app_user u ON u.id = l.created_by
  WHERE l.map_id = m.id AND l.token_hash = ANY(%(links)s::bytea[]) AND l.revoked_at IS NULL
    AND (l.expires_at IS NULL OR l.expires_at > now())
)"""  # noqa: S608 - a constant
_OPEN_WITH_LINKS = Statement(f"SELECT {_COLUMNS}, {_LINKS}{_FROM}")
_VIEWER_COLUMNS, _MAP_COLUMNS = 7, 16
_decoder = msgspec.json.Decoder(tuple[GuestLink, ...])


async def find_map_with_viewer(connection: AsyncConnection, map_id: int, token_hash: bytes | None, links: Collection[bytes] = ()) -> Found:
    """The map, the person whose session it is, the person's mode as a collaborator, and those of the share links that are good for it.

    `links` are hashes; a reader who has none, as nearly all do, costs nothing more.
    """
    parameters = {"token_hash": token_hash or b"", "map_id": map_id, "links": list(links)}
    (row,) = await (_OPEN_WITH_LINKS if links else _OPEN).rows(connection, parameters)
    first, last = _VIEWER_COLUMNS + 1, _VIEWER_COLUMNS + 1 + _MAP_COLUMNS
    return Found(
        None if row[first] is None else MapRow(*row[first:last]),
        None if row[0] is None else Viewer(*row[:_VIEWER_COLUMNS]),
        row[_VIEWER_COLUMNS],
        _decoder.decode(row[last]) if links else (),
    )
