"""Making a map and changing what it says about itself."""

from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import base_topics
from contextualise.domain.errors import NotFound
from contextualise.domain.maps.fields import MapFields
from contextualise.domain.maps.pictures import KEEP, Keep
from contextualise.repository import maps as repository
from contextualise.repository.changes import open_journal, record
from contextualise.repository.journal import Journal
from contextualise.repository.tables import TopicMap


async def create_map(session: AsyncSession, user_id: int, fields: MapFields) -> int:
    """Make a map of these checked fields with its base topics, owned by the person and private; returns the id."""
    map_id = await repository.add_map(
        session,
        owner_id=user_id,
        title=fields.title,
        description=fields.description,
        default_lang=fields.default_lang,
        accent=fields.accent,
        # Not an address of this server: names of topics made here stay the same wherever the map moves to.
        base_iri=f"urn:uuid:{uuid4()}",
    )
    journal = await begin(session, map_id)
    await base_topics.seed(journal)
    await finish(journal, user_id, "map.create", fields.title)
    return map_id


async def edit_map(
    session: AsyncSession, map_id: int, user_id: int, fields: MapFields, *, image_sha256: bytes | Keep | None = KEEP
) -> int | None:
    """Change what the map says about itself, perhaps also its picture; returns the change, None where all is as it was."""
    journal = await begin(session, map_id)
    values: dict[str, Any] = {
        "title": fields.title,
        "description": fields.description,
        "default_lang": fields.default_lang,
        "accent": fields.accent,
    }
    if image_sha256 is not KEEP:
        values["image_sha256"] = image_sha256
    await journal.update(TopicMap, TopicMap.id == map_id, **values)
    return await finish(journal, user_id, "map.edit", fields.title)


async def begin(session: AsyncSession, map_id: int) -> Journal:
    """A journal on the map, which stays locked until the transaction ends; raises `NotFound`."""
    journal = await open_journal(session, map_id)
    if journal is None:
        raise NotFound("There is no such map, or it is private.")
    return journal


async def finish(journal: Journal, user_id: int, op: str, label: str) -> int | None:
    """Record what was done to the map itself; returns the change, None where nothing was."""
    if not journal.entries:
        return None
    return (await record(journal, user_id=user_id, op=op, construct_id=0, label=label, topic_ids=())).id
