"""An association on a page of its own, and where a statement is shown that is known by its number alone."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.notes import IN_INBOX
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.records import OccurrenceRow, Record, Reference

ROLES = 100


class RoleRow(Record, frozen=True):
    """A role of the association."""

    id: int
    type_id: int
    player_id: int


class AssociationRecord(Record, frozen=True):
    """Everything on an association's page."""

    id: int
    type_id: int
    scope_id: int
    created_at: datetime
    created_by: str | None
    updated_at: datetime
    updated_by: str | None
    roles: tuple[RoleRow, ...]
    themes: tuple[int, ...]
    reifier_id: int | None
    details: tuple[OccurrenceRow, ...]
    detail_themes: tuple[tuple[int, int], ...]
    topics: tuple[Reference, ...]


_ASSOCIATION = Statement(
    f"""
    WITH a AS MATERIALIZED (
      SELECT * FROM association WHERE map_id = %(map_id)s AND id = %(id)s
    ), r AS MATERIALIZED (
      SELECT r.id, r.type_id, r.player_id FROM a JOIN role r ON r.map_id = %(map_id)s AND r.association_id = a.id
      WHERE r.id > %(after)s ORDER BY r.id LIMIT {ROLES} + 1
    ), h AS MATERIALIZED (
      SELECT h.topic_id FROM a JOIN scope_theme h ON h.map_id = %(map_id)s AND h.scope_id = a.scope_id
    ), f AS MATERIALIZED (
      SELECT f.reifier_id AS id FROM a JOIN reification f ON f.map_id = %(map_id)s AND f.construct_id = a.id
    ), d AS MATERIALIZED (
      SELECT o.* FROM f JOIN occurrence o ON o.map_id = %(map_id)s AND o.topic_id = f.id LIMIT 500
    ), dh AS MATERIALIZED (
      SELECT DISTINCT h.scope_id, h.topic_id FROM d JOIN scope_theme h ON h.map_id = %(map_id)s AND h.scope_id = d.scope_id
    ), needed (id) AS (
      SELECT type_id FROM a UNION SELECT type_id FROM r UNION SELECT player_id FROM r UNION SELECT topic_id FROM h UNION SELECT id FROM f
      UNION SELECT type_id FROM d UNION SELECT topic_id FROM dh
    ), ref AS MATERIALIZED (
      SELECT t.id, t.slug, t.label, t.is_hidden,
        (SELECT y.type_id FROM topic_type y WHERE y.map_id = %(map_id)s AND y.topic_id = t.id ORDER BY y.type_id LIMIT 1) AS type_id
      FROM needed JOIN topic t ON t.map_id = %(map_id)s AND t.id = needed.id
    ), signed AS (
      SELECT * FROM ref UNION ALL
      SELECT t.id, t.slug, t.label, t.is_hidden, NULL FROM topic t
      WHERE t.map_id = %(map_id)s
        AND t.id = ANY(ARRAY(SELECT DISTINCT type_id FROM ref WHERE type_id IS NOT NULL EXCEPT SELECT id FROM ref))
    )
    SELECT json_build_array(a.id, a.type_id, a.scope_id, a.created_at, c.name, a.updated_at, u.name,
      (SELECT coalesce(json_agg(json_build_array(id, type_id, player_id) ORDER BY id), '[]') FROM r),
      (SELECT coalesce(json_agg(topic_id), '[]') FROM h),
      (SELECT id FROM f),
      (SELECT coalesce(json_agg(json_build_array(id, topic_id, type_id, scope_id, datatype, value, title, file_name,
         lat, lon, NULL, NULL, NULL) ORDER BY id), '[]') FROM d),
      (SELECT coalesce(json_agg(json_build_array(scope_id, topic_id)), '[]') FROM dh),
      (SELECT coalesce(json_agg(json_build_array(id, slug, label, type_id, is_hidden)), '[]') FROM signed)
    )::text
    FROM a LEFT JOIN app_user c ON c.id = a.created_by LEFT JOIN app_user u ON u.id = a.updated_by
    """  # noqa: S608 - a number of this module
)
_decoder = msgspec.json.Decoder(AssociationRecord)


async def read_association(connection: AsyncConnection, map_id: int, association_id: int, *, after: int = 0) -> AssociationRecord | None:
    """The association with the names of all that it says, in one statement; its roles from the one after `after` on."""
    found = await _ASSOCIATION.value(connection, {"map_id": map_id, "id": association_id, "after": after})
    return None if found is None else _decoder.decode(found)


_OWNER = Statement(
    f"""
    SELECT t.slug, x.is_text, x.is_in_inbox FROM (
      SELECT topic_id, false AS is_text, false AS is_in_inbox FROM name WHERE map_id = %(map_id)s AND id = %(id)s AND %(kind)s = 'name'
      UNION ALL
      SELECT o.topic_id, c.html IS NOT NULL, {IN_INBOX} FROM occurrence o LEFT JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256
      WHERE o.map_id = %(map_id)s AND o.id = %(id)s AND %(kind)s = 'occurrence'
    ) AS x JOIN topic t ON t.map_id = %(map_id)s AND t.id = x.topic_id
    """  # noqa: S608 - a constant
)


async def find_owner(connection: AsyncConnection, map_id: int, kind: str, statement_id: int) -> tuple[str, bool, bool] | None:
    """The address of the topic that has this `name` or `occurrence`, whether it is a text and whether a note of the inbox.

    None when there is no such statement.
    """
    rows = await _OWNER.rows(connection, {"map_id": map_id, "id": statement_id, "kind": kind})
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None
