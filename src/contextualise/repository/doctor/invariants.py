"""The invariants of the model, each with the statement that finds what breaks it in one map.

Every statement yields one text column: what a person needs to find the row.
"""

# ruff: noqa: S608 - the statements are put together from constants; the map is a bound parameter

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.associations import SIGNATURE
from contextualise.repository.links import MEANING_OF_LINK
from contextualise.repository.names import LABELS, NAME_TYPE, label_parameters
from contextualise.repository.notes import INBOX_COUNT

_CONSTRUCTS = """
    SELECT 't' AS kind, id FROM topic WHERE map_id = :map_id
    UNION ALL SELECT 'n', id FROM name WHERE map_id = :map_id
    UNION ALL SELECT 'v', id FROM variant WHERE map_id = :map_id
    UNION ALL SELECT 'o', id FROM occurrence WHERE map_id = :map_id
    UNION ALL SELECT 'a', id FROM association WHERE map_id = :map_id
    UNION ALL SELECT 'r', id FROM role WHERE map_id = :map_id
"""

# What a change took away and can be brought back by taking that change back.
_GONE = """
    SELECT (e.entry -> 'before' ->> 'id')::bigint AS id, e.entry -> 'before' ->> 'sha256' AS sha256
    FROM change c CROSS JOIN LATERAL jsonb_array_elements(c.rows) AS e (entry)
    WHERE c.map_id = :map_id AND c.undone_by IS NULL AND e.entry ->> 'table' = 'occurrence'
      AND e.entry -> 'after' = 'null'::jsonb AND e.entry -> 'before' ->> 'sha256' IS NOT NULL
"""

_THEMES = """
    SELECT s.id, coalesce(array_agg(h.topic_id ORDER BY h.topic_id) FILTER (WHERE h.topic_id IS NOT NULL), '{}') AS themes
    FROM scope s LEFT JOIN scope_theme h ON h.map_id = s.map_id AND h.scope_id = s.id WHERE s.map_id = :map_id GROUP BY s.id
"""

INVARIANTS: Mapping[str, tuple[str, str]] = {
    "identifier-of-nothing": (
        "identifiers of constructs that are not there",
        f"SELECT i.iri FROM identifier i LEFT JOIN ({_CONSTRUCTS}) c ON c.id = i.construct_id"
        " WHERE i.map_id = :map_id AND i.construct_id <> 0 AND c.id IS NULL",
    ),
    "reification-of-nothing": (
        "topics that stand for a statement that is not there or is of another kind",
        f"""SELECT 'topic ' || r.reifier_id FROM reification r LEFT JOIN ({_CONSTRUCTS}) c ON c.id = r.construct_id
        WHERE r.map_id = :map_id AND NOT (r.kind = 'm' AND r.construct_id = 0) AND c.kind IS DISTINCT FROM r.kind""",
    ),
    "hidden-without-statement": (
        "hidden topics that stand for no statement",
        """SELECT 'topic ' || t.id FROM topic t LEFT JOIN reification r ON r.map_id = t.map_id AND r.reifier_id = t.id
        WHERE t.map_id = :map_id AND t.is_hidden AND (r.kind IS NULL OR r.kind = 'm')""",
    ),
    "owner-as-member": (
        "owners of a map who are among its members too",
        "SELECT 'person ' || c.user_id FROM map_member c JOIN map m ON m.id = c.map_id AND m.owner_id = c.user_id WHERE c.map_id = :map_id",
    ),
    "map-without-topic": (
        "maps that no topic stands for",
        "SELECT 'map ' || id FROM map m WHERE id = :map_id"
        " AND NOT EXISTS (SELECT FROM reification r WHERE r.map_id = m.id AND r.construct_id = 0 AND r.kind = 'm')",
    ),
    "association-signature": (
        "associations whose signature is not that of their type, scope and roles",
        f"SELECT 'association ' || a.id FROM association a WHERE a.map_id = :map_id AND a.sig <> {SIGNATURE}",
    ),
    "association-empty": (
        "associations without members",
        """SELECT 'association ' || a.id FROM association a WHERE a.map_id = :map_id
        AND NOT EXISTS (SELECT FROM role r WHERE r.map_id = a.map_id AND r.association_id = a.id)""",
    ),
    "role-copies": (
        "roles whose copies of the association's type or scope are wrong",
        """SELECT 'role ' || r.id FROM role r JOIN association a ON a.map_id = r.map_id AND a.id = r.association_id
        WHERE r.map_id = :map_id AND (r.association_type_id, r.association_scope_id) <> (a.type_id, a.scope_id)""",
    ),
    "scope-key": (
        "scopes whose key is not that of their themes",
        f"SELECT 'scope ' || s.id FROM scope s JOIN ({_THEMES}) t ON t.id = s.id"
        " WHERE s.map_id = :map_id AND s.key <> array_to_string(t.themes, '.')",
    ),
    "scope-unconstrained": (
        "maps without the unconstrained scope",
        "SELECT 'map ' || id FROM map WHERE id = :map_id AND NOT EXISTS (SELECT FROM scope WHERE map_id = :map_id AND id = 0)",
    ),
    "variant-scope": (
        "name variants whose context is not wider than that of their name",
        f"""WITH t AS ({_THEMES}) SELECT 'variant ' || v.id FROM variant v JOIN name n ON n.map_id = v.map_id AND n.id = v.name_id
        JOIN t tv ON tv.id = v.scope_id JOIN t tn ON tn.id = n.scope_id
        WHERE v.map_id = :map_id AND NOT (tv.themes @> tn.themes AND tv.themes <> tn.themes)""",
    ),
    "topics-equal": (
        "topics that are one subject: a subject identifier of one is an item identifier of the other",
        """SELECT s.iri FROM identifier s JOIN identifier i ON i.map_id = s.map_id AND i.iri = s.iri AND i.kind = 3
        JOIN topic t ON t.map_id = i.map_id AND t.id = i.construct_id
        WHERE s.map_id = :map_id AND s.kind = 1 AND s.construct_id <> i.construct_id""",
    ),
    "address-taken": (
        "addresses of topics that are former addresses of something else",
        """SELECT t.slug FROM topic t JOIN map m ON m.id = t.map_id
        JOIN identifier i ON i.map_id = t.map_id AND i.kind = 3 AND i.iri = m.base_iri || '#' || t.slug
        WHERE t.map_id = :map_id AND i.construct_id <> t.id""",
    ),
    "base-topic-unknown": (
        "base topics without a published subject identifier",
        """SELECT t.slug FROM topic t WHERE t.map_id = :map_id AND t.is_base
        AND NOT EXISTS (SELECT FROM identifier i WHERE i.map_id = t.map_id AND i.construct_id = t.id AND i.kind = 1)""",
    ),
    "content-of-occurrence": (
        "occurrences whose value does not name their content",
        """SELECT 'occurrence ' || id FROM occurrence WHERE map_id = :map_id AND sha256 IS NOT NULL
        AND value <> 'sha256:' || encode(sha256, 'hex')""",
    ),
    "use-missing": (
        "texts or files whose content may be taken away because their use of it is not noted",
        """SELECT 'occurrence ' || o.id FROM occurrence o WHERE o.map_id = :map_id AND o.sha256 IS NOT NULL AND NOT EXISTS
        (SELECT FROM content_use u WHERE u.map_id = o.map_id AND u.sha256 = o.sha256 AND u.occurrence_id = o.id)""",
    ),
    "deleted-without-content": (
        "deleted texts or files that cannot come back because their content is gone",
        f"""SELECT DISTINCT 'occurrence ' || g.id FROM ({_GONE}) g
        WHERE NOT EXISTS (SELECT FROM content k WHERE k.map_id = :map_id AND '\\x' || encode(k.sha256, 'hex') = g.sha256)""",
    ),
    "use-idle": (
        "noted uses of contents by what is neither there nor can come back",
        f"""SELECT 'occurrence ' || u.occurrence_id FROM content_use u
        LEFT JOIN occurrence o ON o.map_id = u.map_id AND o.id = u.occurrence_id
        WHERE u.map_id = :map_id AND o.id IS NULL AND u.occurrence_id NOT IN (SELECT id FROM ({_GONE}) g)""",
    ),
    "content-unneeded": (
        "contents that nothing uses",
        """SELECT 'sha256 ' || encode(k.sha256, 'hex') FROM content k JOIN map m ON m.id = k.map_id
        WHERE k.map_id = :map_id AND k.sha256 IS DISTINCT FROM m.image_sha256
          AND NOT EXISTS (SELECT FROM content_use u WHERE u.map_id = k.map_id AND u.sha256 = k.sha256)
          AND NOT EXISTS (SELECT FROM change c CROSS JOIN LATERAL jsonb_array_elements(c.rows) AS e (entry)
            WHERE c.map_id = k.map_id AND c.op LIKE 'map.%' AND e.entry ->> 'table' = 'map'
              AND '\\x' || encode(k.sha256, 'hex') IN (e.entry -> 'before' ->> 'image_sha256', e.entry -> 'after' ->> 'image_sha256'))""",
    ),
    "label": (
        "topics whose label or sort key is not that of their best name",
        f"""SELECT 'topic ' || l.id FROM ({LABELS}) l JOIN topic t ON t.map_id = :map_id AND t.id = l.id
        WHERE (t.label, t.sort_key) IS DISTINCT FROM (l.label, l.sort_key)""",
    ),
    "topic-count": (
        "maps whose count of topics is wrong",
        """SELECT 'map ' || id FROM map WHERE id = :map_id AND topic_count <>
        (SELECT count(*) FROM topic WHERE map_id = :map_id AND NOT is_base AND NOT is_hidden)""",
    ),
    "note-count": (
        "maps whose count of notes in the inbox is wrong",
        f"SELECT 'map ' || id FROM map WHERE id = :map_id AND note_count <> {INBOX_COUNT}",
    ),
    "link-meaning": (
        "links in texts that lead to another topic than they mean",
        f"SELECT l.target FROM content_link l WHERE l.map_id = :map_id AND l.topic_id IS DISTINCT FROM ({MEANING_OF_LINK})",
    ),
    "versions": (
        "maps whose changes do not count up to their version",
        """SELECT 'map ' || m.id FROM map m WHERE m.id = :map_id AND m.version <>
        (SELECT CASE WHEN count(*) = count(DISTINCT version) AND coalesce(min(version), 1) = 1 AND coalesce(max(version), 0) = count(*)
                THEN count(*) ELSE -1 END FROM change c WHERE c.map_id = m.id)""",
    ),
    "comment-without-thread": (
        "comments whose thread has no beginning",
        """SELECT 'comment ' || k.id FROM comment k LEFT JOIN comment r ON r.map_id = k.map_id AND r.id = k.thread_id
        WHERE k.map_id = :map_id AND r.thread_id IS DISTINCT FROM k.thread_id""",
    ),
    "comment-astray": (
        "comments that stand elsewhere than their thread",
        """SELECT 'comment ' || k.id FROM comment k JOIN comment r ON r.map_id = k.map_id AND r.id = k.thread_id
        WHERE k.map_id = :map_id AND (k.construct_id, k.origin_id, k.topic_id, k.gone_at IS NULL)
          IS DISTINCT FROM (r.construct_id, r.origin_id, r.topic_id, r.gone_at IS NULL)""",
    ),
    "comment-of-nothing": (
        "comments on what is not there although nothing says that it was deleted, and the reverse",
        f"""SELECT 'comment ' || k.id FROM comment k LEFT JOIN ({_CONSTRUCTS}) c ON c.id = k.construct_id
        WHERE k.map_id = :map_id AND (c.id IS NULL) <> (k.gone_at IS NOT NULL)""",
    ),
    "undone-by": (
        "changes marked as undone by a change that is not there",
        """SELECT 'change ' || c.id FROM change c WHERE c.map_id = :map_id AND c.undone_by IS NOT NULL
        AND NOT EXISTS (SELECT FROM change u WHERE u.map_id = c.map_id AND u.id = c.undone_by AND u.undoes = c.id)""",
    ),
}
"""By kind: what it is, for a person, and the statement."""

LEFT_OVER = frozenset({"use-idle", "content-unneeded"})
"""The kinds that do no harm: something takes space that nobody needs."""


@dataclass(frozen=True, slots=True)
class Violations:
    """How many rows of a map break an invariant, and a few of them."""

    count: int
    examples: Sequence[str]


async def violations_of(session: AsyncSession | AsyncConnection, map_id: int, kind: str) -> Violations:
    """What breaks one of `INVARIANTS` in a map."""
    counted = f"SELECT count(*), (array_agg(x ORDER BY x))[1:5] FROM ({INVARIANTS[kind][1]}) AS found(x)"
    values = {**await label_parameters(session, map_id), "map_id": map_id, "topic_ids": None, "name_type": NAME_TYPE}
    used = {name: value for name, value in values.items() if re.search(rf":{name}\b", counted)}
    row = (await session.execute(text(counted), used)).one()
    return Violations(row[0], row[1] or [])
