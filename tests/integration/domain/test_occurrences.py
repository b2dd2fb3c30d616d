import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.associations import delete_association, quick_association
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import undo
from contextualise.domain.occurrences import add_occurrence, delete_occurrence, edit_occurrence, find_by_attribute
from contextualise.domain.reification import reify, unreify
from contextualise.domain.tags import add_tag, remove_tag
from contextualise.domain.topics import add_identifier, delete_topic
from contextualise.repository.topics import find_topic
from tests.factories import base, make_map, make_topic, make_topics

XSD = "http://www.w3.org/2001/XMLSchema#"


async def count(session: AsyncSession, table: str, map_id: int) -> int:
    return (await session.execute(text(f"SELECT count(*) FROM {table} WHERE map_id = :m"), {"m": map_id})).scalar_one()


async def test_a_value_is_checked_against_its_datatype(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic, year = await make_topics(session, map_id, "Tosca", "year")
    with pytest.raises(Invalid) as refused:
        await add_occurrence(session, map_id, None, topic, type_id=year, value="long ago", datatype=XSD + "integer")
    assert list(refused.value.fields) == ["value"]
    saved = await add_occurrence(session, map_id, None, topic, type_id=year, value=" 1900 ", datatype=XSD + "integer")
    row = (await session.execute(text("SELECT value, num FROM occurrence WHERE id = :i"), {"i": saved.construct_id})).one()
    assert (row.value, row.num) == ("1900", 1900.0)


async def test_a_link_that_runs_code_is_refused(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id)
    link = await base(session, map_id, "url")
    for address in ("javascript:alert(1)", "data:text/html,x"):
        with pytest.raises(Invalid):
            await add_occurrence(session, map_id, None, topic, type_id=link, value=address, datatype=XSD + "anyURI")
    await add_occurrence(session, map_id, None, topic, type_id=link, value="https://example.org/", datatype=XSD + "anyURI", title="Here")


async def test_the_same_value_twice_is_told(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic, voice = await make_topics(session, map_id, "Tosca", "voice")
    await add_occurrence(session, map_id, None, topic, type_id=voice, value="soprano")
    other = await add_occurrence(session, map_id, None, topic, type_id=voice, value="spinto")
    with pytest.raises(Conflict):
        await add_occurrence(session, map_id, None, topic, type_id=voice, value="soprano")
    with pytest.raises(Conflict):
        await edit_occurrence(session, map_id, None, other.construct_id, type_id=voice, value="soprano")


async def test_topics_are_found_by_attribute(session: AsyncSession) -> None:
    map_id = await make_map(session)
    acts, *operas = await make_topics(session, map_id, "acts", "Aida", "Bohème", "Carmen")
    for number, opera in enumerate(operas, 3):
        await add_occurrence(session, map_id, None, opera, type_id=acts, value=str(number), datatype=XSD + "integer")
    assert [ref.id for ref in await find_by_attribute(session, map_id, acts, value="4")] == [operas[1]]
    assert [ref.id for ref in await find_by_attribute(session, map_id, acts, low=4)] == operas[1:]
    first = await find_by_attribute(session, map_id, acts, low=3, high=5, limit=2)
    rest = await find_by_attribute(session, map_id, acts, low=3, high=5, limit=2, after=("bohème", first[-1].id))
    assert [ref.id for ref in [*first, *rest]] == operas


async def test_an_attribute_of_an_association_goes_with_it_and_comes_back(session: AsyncSession) -> None:
    map_id = await make_map(session)
    a, b, since = await make_topics(session, map_id, "Tosca", "Rome", "since")
    topics = await count(session, "topic", map_id)
    shown = (await session.execute(text("SELECT topic_count FROM map WHERE id = :m"), {"m": map_id})).scalar_one()
    link = (await quick_association(session, map_id, None, a, b)).construct_id
    attribute = await add_occurrence(session, map_id, None, link, type_id=since, value="1900")
    assert await count(session, "topic", map_id) == topics + 1
    assert (await session.execute(text("SELECT topic_count FROM map WHERE id = :m"), {"m": map_id})).scalar_one() == shown
    gone = await delete_association(session, map_id, None, link)
    assert await count(session, "topic", map_id) == topics
    assert await count(session, "occurrence", map_id) == 0
    assert gone.change_id is not None
    await undo(session, map_id, None, gone.change_id)
    await delete_occurrence(session, map_id, None, attribute.construct_id)
    assert await count(session, "topic", map_id) == topics
    assert await count(session, "reification", map_id) == 1  # the map's own


async def test_a_change_to_an_attribute_shows_on_the_pages_of_the_members(session: AsyncSession) -> None:
    map_id = await make_map(session)
    a, b, since = await make_topics(session, map_id, "Tosca", "Rome", "since")
    link = (await quick_association(session, map_id, None, a, b)).construct_id
    saved = await add_occurrence(session, map_id, None, link, type_id=since, value="1900")
    shown = await session.execute(text("SELECT topic_id FROM change_topic WHERE change_id = :c"), {"c": saved.change_id})
    assert {a, b} <= set(shown.scalars())


async def test_a_statement_becomes_a_topic_with_what_was_said_about_it(session: AsyncSession) -> None:
    map_id = await make_map(session)
    a, b, since = await make_topics(session, map_id, "Tosca", "Rome", "since")
    link = (await quick_association(session, map_id, None, a, b)).construct_id
    attribute = await add_occurrence(session, map_id, None, link, type_id=since, value="1900")
    reifier = (await reify(session, map_id, None, link, name="Tosca in Rome")).construct_id
    topic = await find_topic(session, map_id, reifier)
    assert topic is not None and (topic.slug, topic.is_hidden) == ("tosca-in-rome", False)
    owner = await session.execute(text("SELECT topic_id FROM occurrence WHERE id = :o"), {"o": attribute.construct_id})
    assert owner.scalar_one() == reifier
    with pytest.raises(Conflict):
        await reify(session, map_id, None, link, name="Again")
    await delete_association(session, map_id, None, link)
    assert await find_topic(session, map_id, reifier) is not None
    with pytest.raises(NotFound):
        await unreify(session, map_id, None, reifier)


async def test_texts_and_the_map_are_no_values(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id)
    with pytest.raises(Invalid):
        await add_occurrence(session, map_id, None, topic, type_id=await base(session, map_id, "text"), value="words")
    with pytest.raises(NotFound):
        await add_occurrence(session, map_id, None, 10**9, type_id=topic, value="words")
    with pytest.raises(Conflict):
        await unreify(session, map_id, None, await base(session, map_id, "home"))


async def test_a_tag_counts_once_and_can_be_taken_off(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    first = await add_tag(session, map_id, None, topic, "Verismo")
    assert (await add_tag(session, map_id, None, topic, "verismo")).change_id is None
    assert await count(session, "association", map_id) == 1
    tag = (await session.execute(text("SELECT id FROM topic WHERE map_id = :m AND slug = 'verismo'"), {"m": map_id})).scalar_one()
    await remove_tag(session, map_id, None, topic, tag)
    assert await count(session, "association", map_id) == 0
    assert await find_topic(session, map_id, tag) is not None
    with pytest.raises(NotFound):
        await remove_tag(session, map_id, None, topic, tag)
    assert first.change_id is not None


async def test_deleting_a_tagged_topic_takes_it_from_under_the_tag(session: AsyncSession) -> None:
    map_id = await make_map(session)
    one, two = await make_topics(session, map_id, "Tosca", "Bohème")
    for topic in (one, two):
        await add_tag(session, map_id, None, topic, "Verismo")
    await delete_topic(session, map_id, None, one)
    assert await count(session, "association", map_id) == 1


async def test_an_identifier_of_another_topic_offers_to_merge(session: AsyncSession) -> None:
    map_id = await make_map(session)
    one, two = await make_topics(session, map_id, "Tosca", "La Tosca")
    await add_identifier(session, map_id, None, one, iri="https://www.wikidata.org/entity/Q181763")
    with pytest.raises(Conflict) as refused:
        await add_identifier(session, map_id, None, two, iri="https://www.wikidata.org/entity/Q181763")
    assert refused.value.topic.id == one
    for bad in ("", "relative", "javascript:alert(1)", "http://e.org/" + "x" * 2000):
        with pytest.raises(Invalid):
            await add_identifier(session, map_id, None, two, iri=bad)
