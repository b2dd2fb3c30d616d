"""Files of a topic are described and put in order, as changes that can be undone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.content import add_file, edit_file, move_file, prepare_file
from contextualise.domain.content.files import STEP
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import undo
from contextualise.domain.texts import save_text
from contextualise.objects import FolderStore
from tests import factories
from tests.media_samples import photograph, picture


@pytest.fixture
def objects(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "objects")


class Shelf:
    """A topic and its files by one letter each."""

    def __init__(self, session: AsyncSession, objects: FolderStore, map_id: int, user_id: int, topic_id: int) -> None:
        self.session, self.objects, self.map_id, self.user_id, self.topic_id = session, objects, map_id, user_id, topic_id
        self.ids: dict[str, int] = {}

    async def add(self, name: str, data: bytes | None = None, **more: Any) -> int:
        async def stream() -> AsyncIterator[bytes]:
            yield name.encode() if data is None else data

        prepared = await prepare_file(self.objects, await self.objects.receive(stream(), "application/octet-stream"))
        place = (self.session, self.objects, self.map_id, self.user_id, self.topic_id)
        saved = await add_file(*place, prepared=prepared, file_name=name, **more)
        self.ids[name] = saved.construct_id
        return saved.construct_id

    async def move(self, name: str, **where: str) -> Any:
        sides = {side: self.ids[other] for side, other in where.items()}
        return await move_file(self.session, self.map_id, self.user_id, self.ids[name], **sides)

    async def order(self) -> str:
        rows = await self.session.execute(
            text("SELECT file_name FROM occurrence WHERE map_id = :map_id AND file_name IS NOT NULL ORDER BY position, id"),
            {"map_id": self.map_id},
        )
        return "".join(rows.scalars())


@pytest.fixture
async def shelf(session: AsyncSession, objects: FolderStore) -> Shelf:
    user_id = await factories.make_user(session)
    map_id = await factories.make_map(session, owner_id=user_id)
    topic_id = await factories.make_topic(session, map_id, "Tosca")
    return Shelf(session, objects, map_id, user_id, topic_id)


async def written_rows(shelf: Shelf, change_id: int | None) -> int:
    found = await shelf.session.execute(text("SELECT jsonb_array_length(rows) FROM change WHERE id = :id"), {"id": change_id})
    return int(found.scalar_one())


async def test_files_stand_in_the_order_in_which_they_came(shelf: Shelf) -> None:
    for name in "abcde":
        await shelf.add(name)
    assert await shelf.order() == "abcde"


async def test_moving_writes_one_row_and_can_be_undone(shelf: Shelf) -> None:
    for name in "abcde":
        await shelf.add(name)
    saved = await shelf.move("e", before="b")
    assert await shelf.order() == "aebcd"
    assert await written_rows(shelf, saved.change_id) == 1
    await shelf.move("a", after="d")
    assert await shelf.order() == "ebcda"
    await shelf.move("c")
    assert await shelf.order() == "ebdac"
    await shelf.move("c", before="e")
    assert await shelf.order() == "cebda"
    await undo(shelf.session, shelf.map_id, shelf.user_id, saved.change_id or 0)


async def test_moving_to_where_it_is_changes_nothing(shelf: Shelf) -> None:
    for name in "abc":
        await shelf.add(name)
    for where in ({"before": "c"}, {"after": "a"}):
        assert (await shelf.move("b", **where)).change_id is None
    assert (await shelf.move("c")).change_id is None


async def test_room_between_two_never_runs_out(shelf: Shelf) -> None:
    for name in "abc":
        await shelf.add(name)
    for _ in range(STEP.bit_length() + 3):
        await shelf.move("c", before="b")
        await shelf.move("b", before="c")
    assert await shelf.order() == "abc"


async def test_files_of_equal_positions_are_put_in_order(shelf: Shelf) -> None:
    for name in "abcd":
        await shelf.add(name)
    await shelf.session.execute(text("UPDATE occurrence SET position = 0 WHERE map_id = :map_id"), {"map_id": shelf.map_id})
    await shelf.move("d", before="b")
    assert await shelf.order() == "adbc"


async def test_file_can_only_stand_beside_one_of_its_topic(shelf: Shelf) -> None:
    await shelf.add("a")
    with pytest.raises(NotFound):
        await move_file(shelf.session, shelf.map_id, shelf.user_id, shelf.ids["a"], before=1)
    with pytest.raises(NotFound):
        await move_file(shelf.session, shelf.map_id, shelf.user_id, 1)


async def test_texts_are_no_files(shelf: Shelf) -> None:
    saved = await save_text(shelf.session, shelf.objects, shelf.map_id, shelf.user_id, shelf.topic_id, source="Text.", expected=None)
    for deed in (
        move_file(shelf.session, shelf.map_id, shelf.user_id, saved.construct_id),
        edit_file(shelf.session, shelf.map_id, shelf.user_id, saved.construct_id, title="x", alt=None, scope_ids=()),
    ):
        with pytest.raises(Conflict, match="no file"):
            await deed


async def test_what_is_said_about_a_file_is_edited(shelf: Shelf) -> None:
    file_id = await shelf.add("a.png", picture())
    session, map_id, user_id = shelf.session, shelf.map_id, shelf.user_id
    saved = await edit_file(session, map_id, user_id, file_id, title=" The  stage ", alt="A stage", scope_ids=())
    found = text("SELECT title, alt, scope_id FROM occurrence WHERE id = :id")
    assert tuple((await session.execute(found, {"id": file_id})).one()) == ("The stage", "A stage", 0)
    await edit_file(session, map_id, user_id, file_id, title=None, alt="", scope_ids=())
    assert tuple((await session.execute(found, {"id": file_id})).one()) == (None, "", 0)
    assert (await edit_file(session, map_id, user_id, file_id, title=None, alt="", scope_ids=())).change_id is None
    with pytest.raises(Invalid):
        await edit_file(session, map_id, user_id, file_id, title="x" * 600, alt=None, scope_ids=())
    label = await session.execute(text("SELECT label FROM change WHERE id = :id"), {"id": saved.change_id})
    assert label.scalar_one() == "The stage"


async def test_file_does_not_move_into_a_context_where_it_is(shelf: Shelf) -> None:
    act = await factories.make_topic(shelf.session, shelf.map_id, "Act 2")
    await shelf.add("a")
    there = await shelf.add("a", scope_ids=[act])
    with pytest.raises(Conflict, match="in that context already"):
        await edit_file(shelf.session, shelf.map_id, shelf.user_id, there, title=None, alt=None, scope_ids=())


async def test_file_and_text_of_the_same_bytes_are_each_what_they_are(shelf: Shelf) -> None:
    await shelf.add("tosca.md", b"Vissi d'arte")
    place = (shelf.session, shelf.objects, shelf.map_id, shelf.user_id)
    other = await factories.make_topic(shelf.session, shelf.map_id, "Turandot")
    await save_text(*place, other, source="Vissi d'arte", expected=None)
    rows = await shelf.session.execute(text("SELECT media_type, html IS NOT NULL FROM content WHERE map_id = :map"), {"map": shelf.map_id})
    assert [tuple(row) for row in rows] == [("text/markdown", True)]


async def test_place_of_a_photograph_is_kept_only_when_wanted(shelf: Shelf) -> None:
    data = photograph()
    for keep in (False, True):

        async def stream() -> AsyncIterator[bytes]:
            yield data[:100]
            yield data[100:]

        received = await shelf.objects.receive(stream(), "application/octet-stream")
        prepared = await prepare_file(shelf.objects, received, keep_location=keep)
        assert prepared.had_location is not keep
        assert (prepared.sha256 == received.sha256) is keep
        opened = await shelf.objects.open(prepared.key)
        kept = b"".join([chunk async for chunk in opened.chunks])
        assert (kept == data) is keep and len(kept) == len(data) == prepared.size
    assert len([found async for found in shelf.objects.keys("incoming/")]) == 2, "the first upload is gone"
