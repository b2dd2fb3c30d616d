"""Maps of an older version get what a newer one knows."""

from sqlalchemy import text

from contextualise.domain.accounts import create_user
from contextualise.domain.base_topics import BASE_TOPICS, base_ids
from contextualise.domain.maps import check_fields, create_map
from contextualise.domain.upgrading import complete_maps
from contextualise.repository.database import Database


async def test_a_new_base_topic_reaches_old_maps_once(emptied: Database) -> None:
    async with emptied.writing() as session:
        user_id = await create_user(session, email="old@example.org", name="Old", password="orchard lantern copper")
        map_id = await create_map(session, user_id, check_fields(title="Old"))
        await create_map(session, user_id, check_fields(title="New"))
        # As if the map had been made before there was a base topic for audio, and a person has used its address since.
        topic_id = (await base_ids(session, map_id))["audio"]
        await session.execute(text("DELETE FROM identifier WHERE map_id = :map AND construct_id = :id"), {"map": map_id, "id": topic_id})
        await session.execute(text("UPDATE topic SET is_base = false WHERE map_id = :map AND id = :id"), {"map": map_id, "id": topic_id})
        before = (await session.execute(text("SELECT version FROM map WHERE id = :map"), {"map": map_id})).scalar_one()
    assert await complete_maps(emptied) == 1
    async with emptied.writing() as session:
        known = await base_ids(session, map_id)
        assert len(known) == len(BASE_TOPICS) and known["audio"] != topic_id
        version = (await session.execute(text("SELECT version FROM map WHERE id = :map"), {"map": map_id})).scalar_one()
        assert version == before + 1
    assert await complete_maps(emptied) == 0
