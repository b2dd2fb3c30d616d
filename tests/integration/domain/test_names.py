import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import undo
from contextualise.domain.names import add_name, add_variant, delete_name, edit_name, edit_variant
from contextualise.repository.topics import find_topic
from tests.factories import base, make_map, make_topic, make_topics


async def label(session: AsyncSession, map_id: int, topic_id: int) -> str:
    topic = await find_topic(session, map_id, topic_id)
    assert topic is not None
    return topic.label


async def only_name(session: AsyncSession, topic_id: int) -> int:
    return (await session.execute(text("SELECT id FROM name WHERE topic_id = :t"), {"t": topic_id})).scalar_one()


async def test_the_label_is_the_plain_name_then_the_maps_language_then_the_shortest(session: AsyncSession) -> None:
    map_id = await make_map(session, lang="it")
    italian, english = await base(session, map_id, "ita"), await base(session, map_id, "eng")
    topic = await make_topic(session, map_id, "The Force of Destiny", scope_ids=[english])
    assert await label(session, map_id, topic) == "The Force of Destiny"
    await add_name(session, map_id, None, topic, value="La forza del destino", scope_ids=[italian])
    assert await label(session, map_id, topic) == "La forza del destino"
    long = (await add_name(session, map_id, None, topic, value="La forza del destino (opera)")).construct_id
    assert await label(session, map_id, topic) == "La forza del destino (opera)"
    await add_name(session, map_id, None, topic, value="Forza")
    assert await label(session, map_id, topic) == "Forza"
    await delete_name(session, map_id, None, long)
    assert await label(session, map_id, topic) == "Forza"


async def test_an_equal_name_is_refused_and_one_in_another_context_is_not(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    with pytest.raises(Conflict):
        await add_name(session, map_id, None, topic, value=" Tosca ")
    saved = await add_name(session, map_id, None, topic, value="Tosca", scope_ids=[await base(session, map_id, "ita")])
    with pytest.raises(Conflict):
        await edit_name(session, map_id, None, saved.construct_id, value="Tosca")


async def test_the_last_name_stays(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    with pytest.raises(Conflict):
        await delete_name(session, map_id, None, await only_name(session, topic))


async def test_a_name_of_another_map_is_not_found(session: AsyncSession) -> None:
    here, there = await make_map(session), await make_map(session)
    name = await only_name(session, await make_topic(session, there, "Tosca"))
    with pytest.raises(NotFound):
        await edit_name(session, here, None, name, value="Other")


async def test_editing_a_name_and_undoing_it_brings_the_label_back(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    saved = await edit_name(session, map_id, None, await only_name(session, topic), value="Floria Tosca")
    assert await label(session, map_id, topic) == "Floria Tosca"
    assert saved.change_id is not None
    undone = await undo(session, map_id, None, saved.change_id)
    assert await label(session, map_id, topic) == "Tosca"
    assert undone.change_id is not None
    await undo(session, map_id, None, undone.change_id)
    assert await label(session, map_id, topic) == "Floria Tosca"


async def test_saving_a_name_as_it_is_records_nothing(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    assert (await edit_name(session, map_id, None, await only_name(session, topic), value="Tosca")).change_id is None


async def test_a_variant_needs_a_context_its_name_has_not(session: AsyncSession) -> None:
    map_id = await make_map(session)
    eng, sort = await base(session, map_id, "eng"), await base(session, map_id, "sort")
    topic = await make_topic(session, map_id, "The Barber", scope_ids=[eng])
    name = await only_name(session, topic)
    for themes in ([], [eng]):
        with pytest.raises(Invalid):
            await add_variant(session, map_id, None, name, value="Barber", scope_ids=themes)
    variant = (await add_variant(session, map_id, None, name, value="Barber", scope_ids=[sort])).construct_id
    with pytest.raises(Conflict):
        await add_variant(session, map_id, None, name, value="Barber", scope_ids=[sort, eng])
    await edit_variant(session, map_id, None, variant, value="Barber, The", scope_ids=[sort])


async def test_a_variant_follows_its_name_into_another_context(session: AsyncSession) -> None:
    map_id = await make_map(session)
    eng, sort = await base(session, map_id, "eng"), await base(session, map_id, "sort")
    (libretto,) = await make_topics(session, map_id, "Libretto")
    name = await only_name(session, await make_topic(session, map_id, "The Barber", scope_ids=[eng]))
    variant = (await add_variant(session, map_id, None, name, value="Barber", scope_ids=[sort])).construct_id
    await edit_name(session, map_id, None, name, value="The Barber", scope_ids=[libretto])
    key = await session.execute(
        text("SELECT s.key FROM variant v JOIN scope s ON s.map_id = v.map_id AND s.id = v.scope_id WHERE v.id = :v"), {"v": variant}
    )
    assert key.scalar_one() == ".".join(map(str, sorted([libretto, sort])))
    with pytest.raises(Conflict):
        await edit_name(session, map_id, None, name, value="The Barber", scope_ids=[sort])
