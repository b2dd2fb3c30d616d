import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.associations import create_association, quick_association
from contextualise.domain.errors import Conflict, Invalid
from contextualise.domain.history import undo
from contextualise.domain.names import add_name, add_variant
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.reification import reify
from contextualise.domain.topics import (
    StillUsed,
    add_identifier,
    delete_topic,
    merge_topics,
    rename_topic,
    resolve,
    set_types,
    uses_of,
)
from contextualise.repository.topics import find_topic, types_of
from tests.factories import base, make_map, make_topic, make_topics


async def rows(session: AsyncSession, statement: str, **values: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await session.execute(text(statement), values)]


async def only_name(session: AsyncSession, topic_id: int) -> int:
    return (await session.execute(text("SELECT id FROM name WHERE topic_id = :t"), {"t": topic_id})).scalar_one()


async def test_a_topic_in_use_is_deleted_only_with_a_replacement(session: AsyncSession) -> None:
    map_id = await make_map(session)
    composer, musician, puccini, note, libretto = await make_topics(session, map_id, "Composer", "Musician", "Puccini", "remark", "x")
    await set_types(session, map_id, None, puccini, [composer, musician])
    await add_name(session, map_id, None, puccini, value="Giacomo", scope_ids=[composer])
    await create_association(session, map_id, None, type_id=note, members=[(composer, puccini), (musician, puccini), (note, libretto)])
    with pytest.raises(StillUsed) as refused:
        await delete_topic(session, map_id, None, composer)
    assert refused.value.counts == {"topics": 1, "roles": 1, "themes": 1} == await uses_of(session, map_id, composer)
    assert str(refused.value) == (
        "“Composer” is still the type of 1 topic, the role of 1 member of associations and a context of 1 statement."
        " Choose a topic to take its place."
    )
    saved = await delete_topic(session, map_id, None, composer, replacement_id=musician)
    assert await types_of(session, map_id, puccini) == {musician}
    roles = await rows(session, "SELECT type_id, player_id FROM role WHERE map_id = :m ORDER BY 1, 2", m=map_id)
    assert roles == sorted([(musician, puccini), (note, libretto)])
    assert saved.change_id is not None
    await undo(session, map_id, None, saved.change_id)
    assert await types_of(session, map_id, puccini) == {composer, musician}
    assert await uses_of(session, map_id, composer) == {"topics": 1, "roles": 1, "themes": 1}


async def test_own_statements_do_not_count_as_use(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic, other = await make_topics(session, map_id, "Tosca", "Rome")
    await add_name(session, map_id, None, topic, value="Herself", scope_ids=[topic])
    await create_association(session, map_id, None, type_id=topic, members=[(topic, topic), (topic, other)])
    await delete_topic(session, map_id, None, topic)
    assert await find_topic(session, map_id, topic) is None


async def test_base_topics_stay(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id)
    for slug in ("home", "related"):
        with pytest.raises(Conflict):
            await delete_topic(session, map_id, None, await base(session, map_id, slug), replacement_id=topic)
        with pytest.raises(Conflict):
            await merge_topics(session, map_id, None, topic, await base(session, map_id, slug))
        with pytest.raises(Conflict):
            await rename_topic(session, map_id, None, await base(session, map_id, slug), slug="other")


async def test_recreating_a_deleted_topic_shows_nothing_old(session: AsyncSession) -> None:
    map_id = await make_map(session)
    bob = await make_topic(session, map_id, "Bob")
    await delete_topic(session, map_id, None, bob)
    again = await find_topic(session, map_id, await make_topic(session, map_id, "bob"))
    assert again is not None and (again.slug, again.label) == ("bob", "bob")


async def test_an_old_address_leads_to_the_renamed_topic_and_can_be_had_back(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    await rename_topic(session, map_id, None, topic, slug="La Tosca!")
    for reference in ("tosca", "la-tosca"):
        found = await resolve(session, map_id, reference)
        assert found is not None and (found.id, found.slug) == (topic, "la-tosca")
    other = await make_topic(session, map_id, "Tosca")
    with pytest.raises(Invalid):
        await rename_topic(session, map_id, None, other, slug="la-tosca")
    with pytest.raises(Invalid):
        await rename_topic(session, map_id, None, other, slug="!!!")
    await rename_topic(session, map_id, None, topic, slug="tosca")
    found = await resolve(session, map_id, "la-tosca")
    assert found is not None and found.id == topic and found.slug == "tosca"


async def test_merging_unites_everything_and_can_be_undone(session: AsyncSession) -> None:
    map_id = await make_map(session)
    keep, drop, rome, voice, kind = await make_topics(session, map_id, "Tosca", "La Tosca", "Rome", "voice", "kind")
    eng = await base(session, map_id, "eng")
    await add_identifier(session, map_id, None, drop, iri="https://www.wikidata.org/entity/Q181763")
    await add_name(session, map_id, None, drop, value="Tosca")
    for topic in (keep, drop):
        await add_occurrence(session, map_id, None, topic, type_id=voice, value="soprano")
        await quick_association(session, map_id, None, topic, rome)
        await set_types(session, map_id, None, topic, [kind])
    await add_name(session, map_id, None, rome, value="Roma", scope_ids=[drop, eng])
    saved = await merge_topics(session, map_id, None, keep, drop)
    assert await find_topic(session, map_id, drop) is None
    names = await rows(session, "SELECT value FROM name WHERE topic_id = :t ORDER BY 1", t=keep)
    assert names == [("La Tosca",), ("Tosca",)]
    assert await rows(session, "SELECT count(*) FROM occurrence WHERE map_id = :m", m=map_id) == [(1,)]
    assert await rows(session, "SELECT count(*) FROM association WHERE map_id = :m", m=map_id) == [(1,)]
    assert await rows(session, "SELECT count(*) FROM role WHERE map_id = :m", m=map_id) == [(2,)]
    for reference in ("la-tosca", "https://www.wikidata.org/entity/Q181763", "La Tosca"):
        found = await resolve(session, map_id, reference)
        assert found is not None and found.id == keep
    themes = await rows(session, "SELECT t.topic_id FROM name n JOIN scope_theme t USING (map_id, scope_id) WHERE n.value = 'Roma'")
    assert {row[0] for row in themes} == {keep, eng}
    assert saved.change_id is not None
    await undo(session, map_id, None, saved.change_id)
    assert await rows(session, "SELECT count(*) FROM association WHERE map_id = :m", m=map_id) == [(2,)]
    found = await resolve(session, map_id, "la-tosca")
    assert found is not None and found.id == drop


async def test_reifiers_of_statements_that_become_equal_merge_too(session: AsyncSession) -> None:
    map_id = await make_map(session)
    keep, drop, rome, since = await make_topics(session, map_id, "Tosca", "La Tosca", "Rome", "since")
    reifiers = []
    for topic, year in ((keep, "1900"), (drop, "1887")):
        link = (await quick_association(session, map_id, None, topic, rome)).construct_id
        reifiers.append((await reify(session, map_id, None, link, name=f"Setting {year}")).construct_id)
        await add_occurrence(session, map_id, None, link, type_id=since, value=year)
    await merge_topics(session, map_id, None, keep, drop)
    left = [topic for topic in reifiers if await find_topic(session, map_id, topic)]
    assert len(left) == 1
    values = await rows(session, "SELECT value FROM occurrence WHERE topic_id = :t ORDER BY 1", t=left[0])
    assert values == [("1887",), ("1900",)]


async def test_topics_that_stand_for_different_statements_cannot_merge(session: AsyncSession) -> None:
    map_id = await make_map(session)
    a, b, c = await make_topics(session, map_id, "a", "b", "c")
    one = (await reify(session, map_id, None, (await quick_association(session, map_id, None, a, b)).construct_id, name="ab")).construct_id
    two = (await reify(session, map_id, None, (await quick_association(session, map_id, None, a, c)).construct_id, name="ac")).construct_id
    before = await rows(session, "SELECT * FROM name WHERE map_id = :m ORDER BY id", m=map_id)
    with pytest.raises(Conflict, match="each stand for"):
        await merge_topics(session, map_id, None, one, two)
    assert await rows(session, "SELECT * FROM name WHERE map_id = :m ORDER BY id", m=map_id) == before
    with pytest.raises(Invalid):
        await merge_topics(session, map_id, None, one, one)


async def test_a_variant_that_says_no_more_than_its_name_becomes_a_name(session: AsyncSession) -> None:
    map_id = await make_map(session)
    first, second = await make_topics(session, map_id, "English", "British")
    topic = await make_topic(session, map_id, "The Barber", scope_ids=[first])
    name = await only_name(session, topic)
    await add_variant(session, map_id, None, name, value="Barber", scope_ids=[second])
    await add_variant(session, map_id, None, name, value="The Barber", scope_ids=[second])
    saved = await merge_topics(session, map_id, None, first, second)
    assert await rows(session, "SELECT value FROM name WHERE topic_id = :t ORDER BY 1", t=topic) == [("Barber",), ("The Barber",)]
    assert await rows(session, "SELECT count(*) FROM variant WHERE map_id = :m", m=map_id) == [(0,)]
    assert saved.change_id is not None
    await undo(session, map_id, None, saved.change_id)
    assert await rows(session, "SELECT count(*) FROM variant WHERE map_id = :m", m=map_id) == [(2,)]
