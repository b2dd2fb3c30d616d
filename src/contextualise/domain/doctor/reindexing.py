"""Makes anew what is made from other things: HTML and words of texts, links, keys, projections, labels, counts."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import base_topics
from contextualise.domain.doctor.checking import projected
from contextualise.domain.errors import NotFound
from contextualise.domain.history import begin, finish
from contextualise.domain.texts import id_prefix, read_source, rendered
from contextualise.objects import ObjectStore
from contextualise.repository import contents, names
from contextualise.repository.doctor import rows
from contextualise.repository.names import name_key

_BATCH = 100


async def reindex_map(
    session: AsyncSession, objects: ObjectStore, map_id: int, *, told: Callable[[int], None] = lambda done: None
) -> list[str]:
    """Rebuild all projections of a map from its statements and objects, and add the base topics that it lacks.

    `told` hears how many texts are done. Returns what could not be rebuilt, a line each: texts whose object is missing stay as they were.
    """
    journal = await begin(session, map_id)
    await base_topics.add_missing(journal)
    await finish(journal, user_id=None, op="map.base", construct_id=0, label="")
    async for batch in rows.name_keys(session, map_id):
        wrong = [(row.id, name_key(row.value)) for row in batch if row.key != name_key(row.value)]
        await rows.write_name_keys(session, map_id, wrong)
    async for values in rows.projections(session, map_id):
        await rows.write_projections(session, map_id, [right for row in values if (right := projected(row)) != row])
    await names.label_topics(session, map_id)
    await rows.write_counts(session, map_id)
    await rows.write_uses(session, map_id)
    return await _texts(session, objects, map_id, told)


async def _texts(session: AsyncSession, objects: ObjectStore, map_id: int, told: Callable[[int], None]) -> list[str]:
    types = {topic_id: slug for slug, topic_id in (await base_topics.base_ids(session, map_id, ["text", "note"])).items()}
    failed: list[str] = []
    after, done = b"", 0
    while digests := await contents.texts_of(session, map_id, after, _BATCH):
        places = await contents.places_of(session, map_id, digests)
        for digest in digests:
            type_id, scope_id = places.get(digest, (0, 0))
            prefix = id_prefix(digest, scoped=scope_id != 0, type=types.get(type_id, "text"))
            try:
                source = await read_source(objects, map_id, digest)
            except NotFound:
                failed.append(f"map {map_id}: the content of text {digest.hex()} is missing in the store")
            else:
                await contents.render_again(session, map_id, digest, await rendered(map_id, source, id_prefix=prefix))
        after, done = digests[-1], done + len(digests)
        told(done)
    return failed
