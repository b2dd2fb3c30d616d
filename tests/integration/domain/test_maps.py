"""Making, opening, listing, publishing and deleting maps on a real PostgreSQL."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import maps
from contextualise.domain.access import Action, Role, role_of
from contextualise.domain.accounts import Browser, Place, create_user, hash_token, open_session
from contextualise.domain.errors import Conflict, NotAllowed, NotFound
from contextualise.domain.maps import OpenMap, check_fields
from contextualise.objects import FolderStore
from contextualise.repository.database import Database
from tests.counting import counted


async def person(database: Database, name: str, *, admin: bool = False) -> tuple[int, bytes]:
    async with database.writing() as session:
        user_id = await create_user(session, email=f"{name}@example.org", name=name, password="correct horse battery", is_admin=admin)
        return user_id, hash_token(await open_session(session, user_id, Browser("", ""), days=1))


async def make(database: Database, user_id: int, title: str = "Italian opera", *, publish: bool = False) -> int:
    async with database.writing() as session:
        map_id = await maps.create_map(session, user_id, check_fields(title=title))
        if publish:
            await maps.publish_map(session, map_id, user_id)
    return map_id


async def share(database: Database, map_id: int, user_id: int, mode: str) -> None:
    async with database.writing() as session:
        await session.execute(text("INSERT INTO map_member VALUES (:m, :u, :mode)"), {"m": map_id, "u": user_id, "mode": mode})


async def opened(database: Database, map_id: int, token_hash: bytes | None, action: Action = Action.READ) -> OpenMap:
    async with database.reading() as connection:
        return await maps.open_map(connection, map_id, token_hash, action)


async def test_a_new_map_is_private_has_base_topics_and_a_change(session: AsyncSession) -> None:
    user_id = await create_user(session, email="maria@example.org", name="Maria", password="correct horse battery")
    map_id = await maps.create_map(session, user_id, check_fields(title="Italian opera", default_lang="it", accent="rust"))
    row = (await session.execute(text("SELECT * FROM map WHERE id = :id"), {"id": map_id})).one()
    assert (row.title, row.default_lang, row.accent, row.owner_id, row.published_at) == ("Italian opera", "it", "rust", user_id, None)
    assert (row.version, row.topic_count) == (1, 0)
    base = (await session.execute(text("SELECT count(*) FROM topic WHERE map_id = :id AND is_base"), {"id": map_id})).scalar_one()
    assert base >= 47
    change = (await session.execute(text("SELECT op, label, user_id FROM change WHERE map_id = :id"), {"id": map_id})).one()
    assert tuple(change) == ("map.create", "Italian opera", user_id)


async def test_opening_a_map_is_one_statement_and_tells_who_asks(emptied: Database) -> None:
    owner, token = await person(emptied, "maria")
    map_id = await make(emptied, owner)
    await opened(emptied, map_id, token, Action.MANAGE)  # a new connection has questions of its own
    with counted() as statements:
        found = await opened(emptied, map_id, token, Action.MANAGE)
    assert len(statements) == 1
    assert found.viewer is not None
    assert (found.map.id, found.map.title, found.map.ref, found.viewer.id) == (map_id, "Italian opera", f"{map_id}-italian-opera", owner)


@pytest.mark.parametrize("publish", [False, True])
async def test_each_kind_of_person_gets_the_right_role(emptied: Database, publish: bool) -> None:
    owner, owner_token = await person(emptied, "owner")
    _, admin_token = await person(emptied, "admin", admin=True)
    _, other_token = await person(emptied, "other")
    editor, editor_token = await person(emptied, "editor")
    map_id = await make(emptied, owner, publish=publish)
    await share(emptied, map_id, editor, "edit")
    roles = {
        name: role_of((await opened(emptied, map_id, token)).standing)
        for name, token in {"owner": owner_token, "admin": admin_token, "editor": editor_token}.items()
    }
    assert roles == {"owner": Role.OWNER, "admin": Role.ADMIN, "editor": Role.EDITOR}
    for token in (None, other_token, b"no session"):
        if publish:
            assert role_of((await opened(emptied, map_id, token)).standing) is Role.READER
            with pytest.raises(NotAllowed):
                await opened(emptied, map_id, token, Action.EDIT)
        else:
            with pytest.raises(NotFound):
                await opened(emptied, map_id, token)
    with pytest.raises(NotAllowed):
        await opened(emptied, map_id, editor_token, Action.MANAGE)


async def test_a_private_map_and_a_missing_one_are_told_apart_by_nobody(emptied: Database) -> None:
    owner, _ = await person(emptied, "owner")
    _, token = await person(emptied, "other")
    map_id = await make(emptied, owner)
    messages = set()
    for number in (map_id, map_id + 1000):
        for who in (None, token):
            with pytest.raises(NotFound) as refusal:
                await opened(emptied, number, who)
            messages.add(str(refusal.value))
    assert len(messages) == 1


async def test_editing_is_recorded_and_nothing_changed_is_no_change(emptied: Database) -> None:
    owner, token = await person(emptied, "owner")
    map_id = await make(emptied, owner)
    async with emptied.writing() as session:
        fields = check_fields(title="Opera in Italy", description="All of it.", accent="plum", default_lang="it")
        change_id = await maps.edit_map(session, map_id, owner, fields)
        assert await maps.edit_map(session, map_id, owner, fields) is None
        assert change_id is not None
        row = (await session.execute(text("SELECT op, rows FROM change WHERE id = :id"), {"id": change_id})).one()
    assert (row.op, row.rows[0]["before"]["title"], row.rows[0]["after"]["title"]) == ("map.edit", "Italian opera", "Opera in Italy")
    found = await opened(emptied, map_id, token)
    assert (found.map.title, found.map.version, found.map.ref) == ("Opera in Italy", 2, f"{map_id}-opera-in-italy")


async def test_unpublishing_also_ends_promotion(emptied: Database) -> None:
    owner, token = await person(emptied, "owner")
    map_id = await make(emptied, owner)
    async with emptied.writing() as session:
        with pytest.raises(Conflict):
            await maps.promote_map(session, map_id, owner)
    async with emptied.writing() as session:
        assert await maps.publish_map(session, map_id, owner)
        assert await maps.publish_map(session, map_id, owner) is None
        assert await maps.promote_map(session, map_id, owner)
        assert await maps.promote_map(session, map_id, owner) is None
    assert (await opened(emptied, map_id, None)).map.promoted_at is not None
    async with emptied.writing() as session:
        await maps.unpublish_map(session, map_id, owner)
    found = await opened(emptied, map_id, token)
    assert (found.map.published_at, found.map.promoted_at) == (None, None)


async def test_a_map_comes_back_from_the_trash_whole(emptied: Database) -> None:
    owner, token = await person(emptied, "owner")
    map_id = await make(emptied, owner, publish=True)

    async def rows() -> list[tuple[str, int]]:
        tables = ("topic", "name", "identifier", "topic_type", "reification", "scope")
        async with emptied.reading() as connection:
            return [(name, (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()) for name in tables]

    before = await rows()
    async with emptied.writing() as session:
        assert await maps.trash_map(session, map_id, owner)
    for who in (None, token):
        with pytest.raises(NotFound):
            await opened(emptied, map_id, who)
    assert (await opened(emptied, map_id, token, Action.RESTORE)).map.id == map_id
    with pytest.raises(NotFound):
        await opened(emptied, map_id, None, Action.RESTORE)
    async with emptied.writing() as session:
        assert await maps.restore_map(session, map_id, owner)
    assert (await opened(emptied, map_id, None)).map.published_at is not None
    assert await rows() == before


async def test_only_maps_long_in_the_trash_are_deleted_for_good_and_leave_nothing(emptied: Database) -> None:
    owner, _ = await person(emptied, "owner")
    gone, kept = await make(emptied, owner, "Gone"), await make(emptied, owner, "Kept")
    async with emptied.writing() as session:
        await maps.trash_map(session, gone, owner)
        await maps.trash_map(session, kept, owner)
        await session.execute(text("UPDATE map SET trashed_at = now() - interval '31 days' WHERE id = :id"), {"id": gone})
    async with emptied.writing() as session:
        assert await maps.purge_one_map(session) == gone
    async with emptied.writing() as session:
        assert await maps.purge_one_map(session) is None
        columns = await session.execute(
            text("SELECT table_name FROM information_schema.columns WHERE column_name = 'map_id' AND table_schema = 'public'")
        )
        for table in set(columns.scalars()) - {"audit"}:  # the log outlives what it tells of
            left = await session.execute(text(f"SELECT count(*) FROM {table} WHERE map_id = :id"), {"id": gone})
            assert left.scalar_one() == 0, table
    async with emptied.writing() as session:
        assert await maps.purge_one_map(session, older_than=timedelta()) == kept


async def test_the_objects_of_deleted_maps_go_with_them(emptied: Database, tmp_path: Path) -> None:
    owner, _ = await person(emptied, "owner")
    gone, kept = await make(emptied, owner, "Gone"), await make(emptied, owner, "Kept")
    objects = FolderStore(tmp_path)
    for map_id in (gone, kept, int(f"{gone}0")):
        await objects.put(f"maps/{map_id}/{'ab' * 32}", b"x", "image/webp")
    async with emptied.writing() as session:
        await maps.trash_map(session, gone, owner)
    assert await maps.purge_maps(emptied, objects) == 0
    assert await maps.purge_maps(emptied, objects, older_than=timedelta()) == 1
    left = [stored.key.split("/")[1] async for stored in objects.keys("maps")]
    assert sorted(left) == sorted([str(kept), f"{gone}0"])


async def test_published_maps_come_by_pages_the_promoted_first(emptied: Database) -> None:
    owner, _ = await person(emptied, "owner")
    async with emptied.writing() as session:
        await session.execute(
            text(
                "INSERT INTO map (owner_id, title, base_iri, published_at, promoted_at) SELECT :owner, 'Map ' || i, 'urn:x:' || i,"
                " now() - i * interval '1 hour', CASE WHEN i % 20 = 0 THEN now() END FROM generate_series(1, 60) AS i"
            ),
            {"owner": owner},
        )
        await session.execute(text("INSERT INTO map (owner_id, title, base_iri) VALUES (:owner, 'Private', 'urn:x:p')"), {"owner": owner})
    seen: list[str] = []
    place = Place()
    async with emptied.reading() as connection:
        while True:
            page = await maps.list_published(connection, place)
            seen += [card.title for card in page.rows]
            if page.next is None:
                break
            place = Place(after=page.next)
        assert seen[:3] == ["Map 20", "Map 40", "Map 60"]
        assert seen[3:] == [f"Map {i}" for i in range(1, 61) if i % 20]
        back = await maps.list_published(connection, Place(before=page.previous))
        assert [card.title for card in back.rows] == seen[24:48]
        assert [card.title for card in (await maps.list_published(connection, search="59 map")).rows] == ["Map 59"]
        assert not (await maps.list_published(connection, search="100%_\0")).rows


async def test_people_list_their_own_shared_and_trashed_maps(emptied: Database) -> None:
    owner, _ = await person(emptied, "owner")
    guest, _ = await person(emptied, "guest")
    shared, private, trashed = [await make(emptied, owner, title) for title in ("Shared", "Private", "Trashed")]
    own = await make(emptied, guest, "Own")
    await share(emptied, shared, guest, "comment")
    async with emptied.writing() as session:
        await maps.trash_map(session, trashed, owner)
    async with emptied.reading() as connection:
        assert [card.id for card in (await maps.list_own(connection, guest)).rows] == [own]
        assert [(card.id, card.mode, card.owner_name) for card in (await maps.list_shared(connection, guest)).rows] == [
            (shared, "comment", "owner")
        ]
        assert {card.id for card in (await maps.list_own(connection, owner)).rows} == {shared, private}
        assert [card.id for card in (await maps.list_trashed(connection, owner)).rows] == [trashed]
        assert not (await maps.list_shared(connection, owner)).rows
