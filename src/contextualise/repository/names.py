"""Statements about names, their variants, and the labels that topics have from them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Uuid, and_, bindparam, cast, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.lib.names import search_key
from contextualise.repository.journal import Image, Journal
from contextualise.repository.rows import find_all
from contextualise.repository.tables import Name, Variant

MAX_KEY = 200  # characters of name.key: names are compared, and indexed, by their beginning

NAME_TYPE = "http://psi.topicmaps.org/iso13250/model/topic-name"
LANGUAGES = "http://www.topicmaps.org/xtm/1.0/language.xtm#"


def name_key(value: str) -> str:
    """What `name.key` holds for a value."""
    return search_key(value)[:MAX_KEY]


async def insert_name(journal: Journal, *, topic_id: int, type_id: int, scope_id: int, value: str) -> Image:
    """Give a topic a name."""
    return await journal.insert(Name, topic_id=topic_id, type_id=type_id, scope_id=scope_id, value=value, key=name_key(value))


async def update_name(journal: Journal, name_id: int, *, type_id: int, scope_id: int, value: str) -> None:
    """Write a name anew."""
    await journal.update(Name, Name.id == name_id, type_id=type_id, scope_id=scope_id, value=value, key=name_key(value))


async def equal_name(session: AsyncSession, map_id: int, *, topic_id: int, type_id: int, scope_id: int, value: str) -> Image | None:
    """The topic's name that equals this one (TMDM 5.5), or None."""
    same = and_(Name.topic_id == topic_id, Name.type_id == type_id, Name.scope_id == scope_id, Name.sig == signature(value))
    return next(iter(await find_all(session, map_id, Name, same)), None)


async def equal_variant(session: AsyncSession, map_id: int, *, name_id: int, scope_id: int, datatype: str, value: str) -> Image | None:
    """The name's variant that equals this one (TMDM 5.6), or None."""
    same = (
        (Variant.name_id == name_id) & (Variant.scope_id == scope_id) & (Variant.datatype == datatype) & (Variant.sig == signature(value))
    )
    return next(iter(await find_all(session, map_id, Variant, same)), None)


def signature(value: str) -> ColumnElement[Any]:
    """What the generated column `sig` holds for a value."""
    return cast(func.md5(value), Uuid)


async def insert_variant(journal: Journal, *, name_id: int, scope_id: int, datatype: str, value: str) -> Image:
    """Give a name a variant."""
    return await journal.insert(Variant, name_id=name_id, scope_id=scope_id, datatype=datatype, value=value)


async def update_variant(journal: Journal, variant_id: int, **values: Any) -> None:
    """Set columns of a variant."""
    await journal.update(Variant, Variant.id == variant_id, **values)


async def count_names(session: AsyncSession, map_id: int, topic_id: int) -> int:
    """How many names a topic has."""
    statement = select(func.count()).select_from(Name).where(Name.map_id == map_id, Name.topic_id == topic_id)
    return (await session.execute(statement)).scalar_one()


# The best name of each topic without a reader's context: the default type first, then unscoped, then in the language of the map,
# then the fewest themes, then the shortest. A topic without names is called by its address.
LABELS = """
    SELECT t.id, coalesce(best.value, t.slug) AS label, left(coalesce(best.key, t.slug), 120) AS sort_key
    FROM topic t
    LEFT JOIN LATERAL (
      SELECT n.value, n.key FROM name n
      JOIN scope s ON s.map_id = n.map_id AND s.id = n.scope_id
      WHERE n.map_id = t.map_id AND n.topic_id = t.id
      ORDER BY n.type_id IS DISTINCT FROM CAST(:name_type_id AS bigint), n.scope_id <> 0,
        NOT EXISTS (SELECT FROM scope_theme h
                    WHERE h.map_id = n.map_id AND h.scope_id = n.scope_id AND h.topic_id = CAST(:language_id AS bigint)),
        length(s.key) - length(replace(s.key, '.', '')), length(n.value), n.value COLLATE "C", n.id
      LIMIT 1
    ) best ON true
    WHERE t.map_id = :map_id AND (CAST(:topic_ids AS bigint[]) IS NULL OR t.id = ANY(:topic_ids))
"""

_REFRESH = text(
    f"UPDATE topic SET label = new.label, sort_key = new.sort_key FROM ({LABELS}) AS new"  # noqa: S608 - a constant of this module
    " WHERE topic.map_id = :map_id AND topic.id = new.id AND (topic.label, topic.sort_key) IS DISTINCT FROM (new.label, new.sort_key)"
    " RETURNING topic.id"
).bindparams(bindparam("topic_ids", type_=ARRAY(BigInteger)))

_PARAMETERS = text(
    """
    SELECT m.id AS map_id,
      (SELECT construct_id FROM identifier WHERE map_id = m.id AND kind = 1 AND iri = :name_type) AS name_type_id,
      (SELECT construct_id FROM identifier WHERE map_id = m.id AND kind = 1 AND iri = :languages || m.default_lang) AS language_id
    FROM map m WHERE m.id = :map_id
    """
)


async def label_topics(session: AsyncSession, map_id: int, topic_ids: Collection[int] | None = None) -> list[int]:
    """Keep label and sort key of topics (None: of all) as their names have it; returns the topics whose label changed."""
    if topic_ids is not None and not topic_ids:
        return []
    values = {**await label_parameters(session, map_id), "topic_ids": None if topic_ids is None else sorted(topic_ids)}
    return list((await session.execute(_REFRESH, values)).scalars())


async def label_parameters(session: AsyncSession | AsyncConnection, map_id: int) -> dict[str, Any]:
    """What the statement `LABELS` needs to know of a map."""
    values = {"map_id": map_id, "name_type": NAME_TYPE, "languages": LANGUAGES}
    return dict((await session.execute(_PARAMETERS, values)).mappings().one())
