"""Names, occurrences and associations as forms begin, and what is said about them."""

from sqlalchemy import text

from contextualise.repository.drafts.pieces import read_themes, ref, themes_in
from contextualise.repository.drafts.records import (
    AssociationDraft,
    Candidate,
    Detail,
    Member,
    NameDraft,
    OccurrenceDraft,
    Session,
    VariantDraft,
)

_NAME = text(
    f"""
    SELECT n.id, n.value, {ref("y")} AS type, {themes_in("n.scope_id")} AS themes,
      (SELECT coalesce(json_agg(json_build_array(v.id, v.value, {themes_in("v.scope_id")}) ORDER BY v.id), '[]')
         FROM variant v WHERE v.map_id = n.map_id AND v.name_id = n.id) AS variants
    FROM name n JOIN topic y ON y.map_id = n.map_id AND y.id = n.type_id
    WHERE n.map_id = :map_id AND n.topic_id = :topic_id AND n.id = :id
    """  # noqa: S608
)


async def name_draft(session: Session, map_id: int, topic_id: int, name_id: int) -> NameDraft | None:
    """A name of the topic, or None."""
    row = (await session.execute(_NAME, {"map_id": map_id, "topic_id": topic_id, "id": name_id})).one_or_none()
    if row is None:
        return None
    own = read_themes(row.themes)
    variants = tuple(
        VariantDraft(id, value, tuple(theme for theme in read_themes(themes) if theme not in own)) for id, value, themes in row.variants
    )
    return NameDraft(row.id, row.value, Candidate(*row.type), own, variants)


_OCCURRENCE = text(
    f"""
    SELECT o.id, o.topic_id, {ref("y")} AS type, o.datatype, o.value, o.sha256, o.title, {themes_in("o.scope_id")} AS themes,
      (SELECT coalesce(nullif(u.name, ''), u.email) FROM app_user u WHERE u.id = o.updated_by) AS updated_by,
      o.file_name, o.alt
    FROM occurrence o JOIN topic y ON y.map_id = o.map_id AND y.id = o.type_id
    WHERE o.map_id = :map_id AND o.id = :id
    """  # noqa: S608
)


async def occurrence_draft(session: Session, map_id: int, occurrence_id: int) -> OccurrenceDraft | None:
    """An occurrence of the map, or None."""
    row = (await session.execute(_OCCURRENCE, {"map_id": map_id, "id": occurrence_id})).one_or_none()
    if row is None:
        return None
    return OccurrenceDraft(
        row.id,
        row.topic_id,
        Candidate(*row.type),
        row.datatype,
        row.value,
        row.sha256,
        row.title,
        read_themes(row.themes),
        row.updated_by,
        row.file_name,
        row.alt,
    )


_ASSOCIATION = text(
    f"""
    SELECT a.id, {ref("y")} AS type, {themes_in("a.scope_id")} AS themes,
      (SELECT coalesce(json_agg(json_build_array({ref("r")}, {ref("p")}) ORDER BY x.id), '[]') FROM role x
         JOIN topic r ON r.map_id = x.map_id AND r.id = x.type_id
         JOIN topic p ON p.map_id = x.map_id AND p.id = x.player_id
         WHERE x.map_id = a.map_id AND x.association_id = a.id) AS members
    FROM association a JOIN topic y ON y.map_id = a.map_id AND y.id = a.type_id
    WHERE a.map_id = :map_id AND a.id = :id
    """  # noqa: S608
)


async def association_draft(session: Session, map_id: int, association_id: int) -> AssociationDraft | None:
    """An association of the map, or None."""
    row = (await session.execute(_ASSOCIATION, {"map_id": map_id, "id": association_id})).one_or_none()
    if row is None:
        return None
    members = tuple(Member(Candidate(*role), Candidate(*player)) for role, player in row.members)
    return AssociationDraft(row.id, Candidate(*row.type), read_themes(row.themes), members)


_DETAILS = text(
    """
    SELECT o.id, y.label, o.datatype, o.value FROM reification r
    JOIN occurrence o ON o.map_id = r.map_id AND o.topic_id = r.reifier_id AND o.sha256 IS NULL
    JOIN topic y ON y.map_id = o.map_id AND y.id = o.type_id
    WHERE r.map_id = :map_id AND r.construct_id = :id ORDER BY y.sort_key, o.id LIMIT 200
    """
)


async def details_of(session: Session, map_id: int, construct_id: int) -> tuple[Detail, ...]:
    """What is said about a statement."""
    return tuple(Detail(*row) for row in await session.execute(_DETAILS, {"map_id": map_id, "id": construct_id}))


_SUBJECT = text(
    """
    SELECT r.construct_id, r.kind FROM occurrence o
    JOIN reification r ON r.map_id = o.map_id AND r.reifier_id = o.topic_id
    WHERE o.map_id = :map_id AND o.id = :id
    """
)


async def subject_of(session: Session, map_id: int, occurrence_id: int) -> tuple[int, str] | None:
    """The statement that an occurrence is about, and its kind as in `reification.kind`; None for one about a plain topic."""
    row = (await session.execute(_SUBJECT, {"map_id": map_id, "id": occurrence_id})).one_or_none()
    return None if row is None else (row.construct_id, row.kind)
