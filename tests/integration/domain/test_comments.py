"""Comments: on everything that is said in a map, through its deletion, its return, its merging; who is told, who may."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import comments, history
from contextualise.domain.access import Standing
from contextualise.domain.associations import create_association
from contextualise.domain.comments import Where
from contextualise.domain.doctor import check_map
from contextualise.domain.errors import Invalid, NotAllowed, NotFound
from contextualise.domain.maps import OpenMap
from contextualise.domain.names import add_name, delete_name, edit_name
from contextualise.domain.occurrences import add_occurrence, delete_occurrence
from contextualise.domain.topics import delete_topic, merge_topics
from contextualise.repository.maps import MapRow
from contextualise.repository.tables import MapMember
from tests.factories import base, make_map, make_topic, make_user

ANY_URI = "http://www.w3.org/2001/XMLSchema#anyURI"


class Desk:
    """A map with an owner, an editor, a commenter and a viewer, each seeing it as they would."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.map_id = 0
        self.people: dict[str, int] = {}

    async def set_up(self) -> "Desk":
        owner = await make_user(self.session, name="Olga Owner")
        self.map_id = await make_map(self.session, owner_id=owner)
        self.people["owner"] = owner
        for role, mode, name in (("editor", "edit", "Ed Itor"), ("commenter", "comment", "Carla"), ("viewer", "view", "Vera")):
            self.people[role] = await make_user(self.session, name=name)
            self.session.add(MapMember(map_id=self.map_id, user_id=self.people[role], mode=mode))
        self.people["stranger"] = await make_user(self.session, name="Stan")
        self.people["admin"] = await make_user(self.session, name="Adam", is_admin=True)
        await self.session.flush()
        return self

    def as_(self, who: str) -> OpenMap:
        """The map as one of them has it."""
        modes = {"editor": "edit", "commenter": "comment", "viewer": "view"}
        standing = Standing(self.people[who], who == "admin", who == "owner", modes.get(who), False, False)
        fields = dict.fromkeys(MapRow.__dataclass_fields__)
        return OpenMap(MapRow(**{**fields, "id": self.map_id, "owner_id": self.people["owner"]}), None, standing)  # type: ignore[arg-type]  # only what comments look at

    async def begin(self, construct_id: int, words: str = "Is this so?", who: str = "commenter") -> int:
        return await comments.begin_thread(self.session, self.as_(who), construct_id, words)

    async def listed(self, where: Where | None = None, **more: object) -> list[comments.ThreadRecord]:
        connection = await self.session.connection()
        return list((await comments.list_threads(connection, self.map_id, where or Where(), **more)).rows)  # type: ignore[arg-type]  # names of its own

    async def one(self) -> comments.ThreadRecord:
        (found,) = await self.listed(state="all")
        return found

    async def told(self, who: str) -> list[str]:
        rows = await self.session.execute(text("SELECT kind FROM notice WHERE user_id = :id ORDER BY id"), {"id": self.people[who]})
        return list(rows.scalars())

    async def check(self) -> None:
        assert await check_map(self.session, self.map_id) == []


@pytest.fixture
async def desk(session: AsyncSession) -> Desk:
    return await Desk(session).set_up()


Make = Callable[[Desk, int], Awaitable[int]]


async def a_name(desk: Desk, topic_id: int) -> int:
    return (await add_name(desk.session, desk.map_id, None, topic_id, value="La Tosca")).construct_id


async def a_fact(desk: Desk, topic_id: int) -> int:
    return (
        await add_occurrence(desk.session, desk.map_id, None, topic_id, type_id=await base(desk.session, desk.map_id, "url"), value="1900")
    ).construct_id


async def a_link(desk: Desk, topic_id: int) -> int:
    kind = await base(desk.session, desk.map_id, "url")
    saved = await add_occurrence(desk.session, desk.map_id, None, topic_id, type_id=kind, value="https://example.org/", datatype=ANY_URI)
    return saved.construct_id


async def a_connection(desk: Desk, topic_id: int) -> int:
    other = await make_topic(desk.session, desk.map_id, "Scarpia")
    role, kind = await make_topic(desk.session, desk.map_id, "Work"), await make_topic(desk.session, desk.map_id, "Kinship")
    saved = await create_association(desk.session, desk.map_id, None, type_id=kind, members=[(role, topic_id), (role, other)])
    return saved.construct_id


async def itself(desk: Desk, topic_id: int) -> int:
    return topic_id


@pytest.mark.parametrize(
    ("make", "kind", "quote"),
    [
        (itself, "topic", "Tosca"),
        (a_name, "name", "La Tosca"),
        (a_fact, "fact", "1900"),
        (a_link, "link", "https://example.org/"),
        (a_connection, "connection", "Kinship: Tosca – Scarpia"),
    ],
)
async def test_everything_that_is_said_can_be_talked_about(desk: Desk, make: Make, kind: str, quote: str) -> None:
    topic_id = await make_topic(desk.session, desk.map_id, "Tosca")
    construct_id = await make(desk, topic_id)
    thread_id = await desk.begin(construct_id)
    answer_id = await comments.answer(desk.session, desk.as_("owner"), thread_id, "It **is**.")
    found = await desk.one()
    assert (found.id, found.construct_id, found.kind, found.topic_label) == (thread_id, construct_id, kind, "Tosca")
    assert found.quote.casefold() == quote.casefold()
    assert [(each.id, each.by, each.html) for each in found.answers] == [(answer_id, "Olga Owner", "<p>It <strong>is</strong>.</p>\n")]
    assert [each.id for each in await desk.listed(Where("topic", topic_id))] == [thread_id]
    assert [each.id for each in await desk.listed(Where("construct", construct_id))] == [thread_id]
    await desk.check()


async def test_comments_wait_for_what_was_deleted_and_come_back_with_it(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id, "Tosca")
    name_id = await a_name(desk, topic_id)
    await desk.begin(name_id)
    deleted = await delete_name(desk.session, desk.map_id, None, name_id)
    gone = await desk.one()
    assert (gone.is_gone, gone.kind, gone.quote, gone.topic_label) == (True, "name", "La Tosca", "Tosca")
    await desk.check()
    assert deleted.change_id is not None
    await history.undo(desk.session, desk.map_id, None, deleted.change_id)
    back = await desk.one()
    assert (back.is_gone, back.construct_id) == (False, name_id)
    await desk.check()


async def test_comments_go_with_a_deleted_topic_and_return(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id, "Tosca")
    fact_id = await a_fact(desk, topic_id)
    threads = {await desk.begin(topic_id), await desk.begin(fact_id)}
    deleted = await delete_topic(desk.session, desk.map_id, None, topic_id)
    found = await desk.listed()
    assert {each.id for each in found} == threads and all(each.is_gone and each.topic_slug is None for each in found)
    assert deleted.change_id is not None
    await history.undo(desk.session, desk.map_id, None, deleted.change_id)
    assert all(not each.is_gone and each.topic_label == "Tosca" for each in await desk.listed())
    await desk.check()


async def test_merging_takes_threads_along_and_its_undo_brings_them_back(desk: Desk) -> None:
    keep, drop = await make_topic(desk.session, desk.map_id, "Tosca"), await make_topic(desk.session, desk.map_id, "Tosca, the opera")
    kept_fact, dropped_fact = await a_fact(desk, keep), await a_fact(desk, drop)  # equal once they are about one topic
    dropped_name, connection = await a_name(desk, drop), await a_connection(desk, drop)
    about = {await desk.begin(number): number for number in (keep, drop, kept_fact, dropped_fact, dropped_name, connection)}
    merged = await merge_topics(desk.session, desk.map_id, None, keep, drop)
    found = {about[each.id]: each for each in await desk.listed(Where("topic", keep))}
    assert len(found) == 6, "all threads stand on the page of the topic that stayed"
    assert found[drop].construct_id == keep and found[dropped_fact].construct_id == kept_fact
    assert not any(each.is_gone for each in found.values())
    await desk.check()
    assert merged.change_id is not None
    await history.undo(desk.session, desk.map_id, None, merged.change_id)
    back = {about[each.id]: each.construct_id for each in await desk.listed(Where("topic", drop))}
    assert back == {number: number for number in (drop, dropped_fact, dropped_name, connection)}
    await desk.check()


async def test_emptying_the_trash_takes_what_was_said_about_its_contents(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id, "Tosca")
    fact_id = await a_fact(desk, topic_id)
    stays, goes = await desk.begin(topic_id), await desk.begin(fact_id, "@Olga Owner, look")
    assert await desk.told("owner") == ["comment", "mention"]
    await delete_occurrence(desk.session, desk.map_id, None, fact_id)
    assert {each.id for each in await desk.listed()} == {stays, goes}
    await history.empty_trash(desk.session, desk.map_id, None)
    assert [each.id for each in await desk.listed()] == [stays]
    assert await desk.told("owner") == ["comment"]
    await desk.check()


async def test_old_trash_takes_what_was_said_about_it(desk: Desk) -> None:
    fact_id = await a_fact(desk, await make_topic(desk.session, desk.map_id, "Tosca"))
    await desk.begin(fact_id)
    await delete_occurrence(desk.session, desk.map_id, None, fact_id)
    await history.purge_trash(desk.session)
    assert len(await desk.listed()) == 1
    await history.purge_trash(desk.session, older_than=timedelta(seconds=-5))
    assert await desk.listed() == []


async def test_a_renamed_thing_is_called_as_it_is_now(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id, "Tosca")
    name_id = await a_name(desk, topic_id)
    await desk.begin(name_id)
    await edit_name(desk.session, desk.map_id, None, name_id, value="Floria Tosca")
    assert (await desk.one()).quote == "Floria Tosca"


async def test_nothing_is_said_about_what_was_just_deleted(desk: Desk) -> None:
    fact_id = await a_fact(desk, await make_topic(desk.session, desk.map_id))
    await delete_occurrence(desk.session, desk.map_id, None, fact_id)
    with pytest.raises(NotFound, match="deleted meanwhile"):
        await desk.begin(fact_id)
    with pytest.raises(NotFound):
        await comments.answer(desk.session, desk.as_("owner"), fact_id, "Hm.")


async def test_who_is_told(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id, "Tosca", user_id=desk.people["editor"])
    thread_id = await desk.begin(topic_id, "@Vera and @Stan: is it? @Carla @Vera")
    assert await desk.told("viewer") == ["mention"], "once, however often somebody is named"
    assert await desk.told("owner") == ["comment"] and await desk.told("editor") == ["comment"]
    assert await desk.told("commenter") == [], "nobody is told of their own words"
    assert await desk.told("stranger") == [], "nor anybody who does not see the map"
    await comments.answer(desk.session, desk.as_("editor"), thread_id, "It is, @Olga Owner.")
    assert await desk.told("commenter") == ["reply"] and await desk.told("viewer") == ["mention", "reply"]
    assert await desk.told("owner") == ["comment", "mention"]
    await comments.resolve(desk.session, desk.as_("editor"), thread_id, resolved=True)
    assert await desk.told("commenter") == ["reply", "resolved"]


async def test_rewriting_tells_only_who_is_named_now(desk: Desk) -> None:
    thread_id = await desk.begin(await make_topic(desk.session, desk.map_id), "@Vera?")
    await comments.edit(desk.session, desk.as_("commenter"), thread_id, "@Vera, @Ed Itor?")
    assert await desk.told("viewer") == ["mention"] and await desk.told("editor") == ["mention"]
    (found,) = await desk.listed(of="mentions", user_id=desk.people["editor"])
    assert found.first.edited_at is not None
    await comments.edit(desk.session, desk.as_("commenter"), thread_id, "Nobody?")
    assert await desk.listed(of="mentions", user_id=desk.people["editor"]) == []


async def test_a_removed_comment_leaves_its_place_and_an_empty_thread_nothing(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id)
    thread_id = await desk.begin(topic_id, "@Vera: a secret")
    answer_id = await comments.answer(desk.session, desk.as_("owner"), thread_id, "Hush.")
    assert await comments.remove(desk.session, desk.as_("commenter"), thread_id) == thread_id
    found = await desk.one()
    assert found.first.is_removed and found.first.html == "" and len(found.answers) == 1
    assert "mention" not in await desk.told("viewer")
    assert await comments.remove(desk.session, desk.as_("owner"), answer_id) is None
    assert await desk.listed(state="all") == []
    await desk.check()


async def test_rights(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id)
    for who in ("viewer", "stranger", "admin"):
        with pytest.raises(NotAllowed):
            await desk.begin(topic_id, who=who)
    thread_id = await desk.begin(topic_id)
    for who in ("owner", "editor", "admin"):
        with pytest.raises(NotAllowed):
            await comments.edit(desk.session, desk.as_(who), thread_id, "Put into another's mouth")
    for who in ("editor", "viewer"):
        with pytest.raises(NotAllowed):
            await comments.remove(desk.session, desk.as_(who), thread_id)
    other = await comments.begin_thread(desk.session, desk.as_("owner"), topic_id, "Mine")
    for who in ("commenter", "viewer", "admin"):
        with pytest.raises(NotAllowed):
            await comments.resolve(desk.session, desk.as_(who), other, resolved=True)
    assert await comments.resolve(desk.session, desk.as_("commenter"), thread_id, resolved=True)
    assert not await comments.resolve(desk.session, desk.as_("editor"), thread_id, resolved=True)
    assert [each.id for each in await desk.listed()] == [other]
    assert [each.id for each in await desk.listed(state="resolved")] == [thread_id]


async def test_people_can_take_their_words_along(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id, "Tosca")
    said = [await desk.begin(topic_id, f"No. {number}") for number in range(3)]
    await desk.begin(topic_id, "Not mine", who="owner")
    await comments.remove(desk.session, desk.as_("commenter"), said[1])
    connection = await desk.session.connection()
    found = [(each.id, each.body, each.quote) async for each in comments.comments_of_person(connection, desk.people["commenter"])]
    assert found == [(said[0], "No. 0", "Tosca"), (said[2], "No. 2", "Tosca")]


async def test_words_are_checked(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id)
    for words in ("", " \n\0 ", "x" * 10_001):
        with pytest.raises(Invalid):
            await desk.begin(topic_id, words)
    await desk.begin(topic_id, "x" * 10_000)


async def test_a_link_to_a_topic_leads_there(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id, "Tosca")
    await desk.begin(topic_id, "See [[Tosca|the opera]], [[Nothing of this name]] and ![x](https://example.org/x.png)")
    html = (await desk.one()).first.html
    assert f'<a class="wikilink" href="/maps/{desk.map_id}/topics/tosca">the opera</a>, Nothing of this name and' in html
    assert "<img" not in html


async def test_ten_thousand_threads_are_read_by_key(desk: Desk) -> None:
    topic_id = await make_topic(desk.session, desk.map_id, "Tosca")
    await desk.session.execute(
        text(
            "INSERT INTO comment (map_id, id, thread_id, construct_id, origin_id, topic_id, kind, body, html)"
            " SELECT :map_id, n, n, :topic_id, :topic_id, :topic_id, 'topic', 'x', '<p>x</p>' FROM generate_series(1000001, 1010000) AS n"
        ),
        {"map_id": desk.map_id, "topic_id": topic_id},
    )
    connection = await desk.session.connection()
    where = Where("topic", topic_id)
    first = await comments.list_threads(connection, desk.map_id, where)
    assert [each.id for each in first.rows] == list(range(1010000, 1009980, -1)) and first.before is None
    second = await comments.list_threads(connection, desk.map_id, where, after=first.after)
    assert [each.id for each in second.rows] == list(range(1009980, 1009960, -1))
    back = await comments.list_threads(connection, desk.map_id, where, before=second.before)
    assert [each.id for each in back.rows] == [each.id for each in first.rows] and back.before is None
    last = await comments.list_threads(connection, desk.map_id, where, after=1000021)
    assert len(last.rows) == 20 and last.after is None
    await comments.answer(desk.session, desk.as_("owner"), 1005000, "Deep down")


async def test_a_long_thread_is_read_in_parts(desk: Desk) -> None:
    thread_id = await desk.begin(await make_topic(desk.session, desk.map_id))
    await desk.session.execute(
        text(
            "INSERT INTO comment (map_id, id, thread_id, construct_id, origin_id, kind, body, html)"
            " SELECT :map_id, n, :id, 1, 1, 'topic', 'x', '<p>x</p>' FROM generate_series(2000001, 2000250) AS n"
        ),
        {"map_id": desk.map_id, "id": thread_id},
    )
    connection = await desk.session.connection()
    last = await comments.read_thread(connection, desk.map_id, thread_id)
    assert [each.id for each in last.record.answers] == list(range(2000151, 2000251)) and last.later is None
    middle = await comments.read_thread(connection, desk.map_id, thread_id, before=last.earlier)
    assert [each.id for each in middle.record.answers] == list(range(2000051, 2000151))
    first = await comments.read_thread(connection, desk.map_id, thread_id, before=middle.earlier)
    assert [each.id for each in first.record.answers] == list(range(2000001, 2000051)) and first.earlier is None
    again = await comments.read_thread(connection, desk.map_id, thread_id, after=first.later)
    assert [each.id for each in again.record.answers] == [each.id for each in middle.record.answers]
    assert last.record.answer_count == 250
