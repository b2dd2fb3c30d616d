import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.base_topics import BASE_TOPICS, base_ids
from contextualise.domain.errors import Invalid, NotFound
from contextualise.domain.topics import SlugTaken, create_topic, resolve, resolve_or_create
from contextualise.repository.topics import find_topic
from tests.factories import base, make_map, make_topic


async def version(session: AsyncSession, map_id: int) -> int:
    return (await session.execute(text("SELECT version FROM map WHERE id = :id"), {"id": map_id})).scalar_one()


async def test_a_new_map_has_every_base_topic_with_its_identifier(session: AsyncSession) -> None:
    map_id = await make_map(session)
    ids = await base_ids(session, map_id)
    assert set(ids) == {topic.slug for topic in BASE_TOPICS}
    assert len(set(ids.values())) == len(BASE_TOPICS)


async def test_a_name_alone_makes_a_topic(session: AsyncSession) -> None:
    map_id = await make_map(session)
    before = await version(session, map_id)
    saved = await create_topic(session, map_id, None, name="  Giacomo   Puccini ")
    topic = await find_topic(session, map_id, saved.construct_id)
    assert topic is not None
    assert (topic.slug, topic.label) == ("giacomo-puccini", "Giacomo Puccini")
    assert saved.version == before + 1 == await version(session, map_id)


async def test_the_same_name_again_gets_the_next_address(session: AsyncSession) -> None:
    map_id = await make_map(session)
    slugs = []
    for _ in range(12):
        topic_id = await make_topic(session, map_id, "Tosca")
        topic = await find_topic(session, map_id, topic_id)
        assert topic is not None
        slugs.append(topic.slug)
    assert slugs == ["tosca", *(f"tosca-{n}" for n in range(2, 13))]


async def test_a_wanted_address_that_is_taken_is_refused_with_a_proposal(session: AsyncSession) -> None:
    map_id = await make_map(session)
    await make_topic(session, map_id, "Tosca")
    with pytest.raises(SlugTaken) as refused:
        await create_topic(session, map_id, None, name="Tosca, the play", slug="Tosca")
    assert refused.value.proposal == "tosca-2"
    assert "slug" in refused.value.fields


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 1001, "\ud800"])
async def test_a_name_that_cannot_be_kept_is_refused(session: AsyncSession, name: str) -> None:
    map_id = await make_map(session)
    with pytest.raises(Invalid) as refused:
        await create_topic(session, map_id, None, name=name)
    assert "name" in refused.value.fields


async def test_a_type_of_another_map_is_refused(session: AsyncSession) -> None:
    here, there = await make_map(session), await make_map(session)
    foreign = await make_topic(session, there, "Composer")
    with pytest.raises(Invalid) as refused:
        await create_topic(session, here, None, name="Puccini", type_ids=[foreign])
    assert list(refused.value.fields) == ["type_ids"]


async def test_no_topic_is_made_in_a_map_that_is_not_there(session: AsyncSession) -> None:
    with pytest.raises(NotFound):
        await create_topic(session, 10**9, None, name="Tosca")


async def test_a_topic_is_found_by_address_identifier_and_name(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic_id = await make_topic(session, map_id, "Café Momus")
    english = await base(session, map_id, "eng")
    for reference in ("cafe-momus", "Café Momus", "café  MOMUS", "Cafe Momus"):
        found = await resolve(session, map_id, reference)
        assert found is not None and found.id == topic_id, reference
    found = await resolve(session, map_id, "http://www.topicmaps.org/xtm/1.0/language.xtm#en")
    assert found is not None and found.id == english
    assert await resolve(session, map_id, "Nobody") is None
    assert await resolve(session, map_id, "\x00") is None


async def test_a_persons_topic_comes_before_a_base_topic_of_the_name(session: AsyncSession) -> None:
    map_id = await make_map(session)
    own = await make_topic(session, map_id, "Process")
    found = await resolve(session, map_id, "Process")
    assert found is not None and found.id == own


async def test_an_unknown_reference_makes_the_topic_once(session: AsyncSession) -> None:
    map_id = await make_map(session)
    first, made = await resolve_or_create(session, map_id, None, "Floria Tosca")
    again, made_again = await resolve_or_create(session, map_id, None, "floria tosca")
    assert first.id == again.id
    assert made is not None and made_again is None


async def test_universal_is_no_context(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic_id = await make_topic(session, map_id, "Tosca", scope_ids=[await base(session, map_id, "universal")])
    scope = await session.execute(text("SELECT scope_id FROM name WHERE map_id = :m AND topic_id = :t"), {"m": map_id, "t": topic_id})
    assert scope.scalar_one() == 0
