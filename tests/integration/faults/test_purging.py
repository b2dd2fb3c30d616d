"""The end of the trash: what was deleted is gone after its time, with the contents that nothing else needs."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from contextualise.domain.errors import Conflict
from contextualise.domain.history import purge_trash, undo
from contextualise.domain.occurrences import delete_occurrence
from contextualise.domain.topics import delete_topic
from contextualise.objects import ObjectStore
from contextualise.objects.folder import FolderStore
from tests.integration.faults.conftest import Shelf

MONTH = timedelta(days=31)
CONTENTS = "SELECT count(*) FROM content WHERE map_id = :m"
PICTURE = sql("UPDATE map SET image_sha256 = (SELECT sha256 FROM content WHERE map_id = :m) WHERE id = :m")
USES = "SELECT count(*) FROM content_use WHERE map_id = :m"


@pytest.fixture
def objects(tmp_path: Path) -> ObjectStore:
    """What these rules decide is in the database: one kind of store is enough."""
    return FolderStore(tmp_path / "objects")


async def purge(shelf: Shelf) -> int:
    total = 0
    while True:
        async with shelf.database.writing() as session:
            emptied = await purge_trash(session, limit=2)
        if not emptied:
            return total
        total += emptied


async def delete(shelf: Shelf, occurrence_id: int) -> int:
    async with shelf.database.writing() as session:
        saved = await delete_occurrence(session, shelf.map_id, None, occurrence_id)
    assert saved.change_id is not None
    return saved.change_id


async def take_back(shelf: Shelf, change_id: int) -> int:
    async with shelf.database.writing() as session:
        saved = await undo(session, shelf.map_id, None, change_id)
    assert saved.change_id is not None
    return saved.change_id


async def test_every_version_of_a_text_is_used_while_the_text_is_there(shelf: Shelf) -> None:
    topic = await shelf.topic()
    first = await shelf.save(topic, "one")
    digest = await shelf.save(topic, "two", expected=bytes.fromhex("7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"))
    assert digest.construct_id == first.construct_id
    assert (await shelf.scalar(CONTENTS), await shelf.scalar(USES)) == (2, 2)
    await shelf.move_clock(MONTH)
    assert await purge(shelf) == 0
    assert (await shelf.scalar(CONTENTS), await shelf.scalar(USES)) == (2, 2)


async def test_a_deleted_text_keeps_its_versions_for_its_time_and_no_longer(shelf: Shelf) -> None:
    topic = await shelf.topic()
    text = await shelf.save(topic, "one")
    change = await delete(shelf, text.construct_id)
    await shelf.move_clock(timedelta(days=29))
    assert await purge(shelf) == 0
    assert await shelf.scalar(CONTENTS) == 1
    await shelf.move_clock(timedelta(days=2))
    assert await purge(shelf) == 1
    assert (await shelf.scalar(CONTENTS), await shelf.scalar(USES)) == (0, 0)
    with pytest.raises(Conflict, match="for good"):
        await take_back(shelf, change)


async def test_what_came_back_stays(shelf: Shelf) -> None:
    text = await shelf.save(await shelf.topic(), "one")
    await take_back(shelf, await delete(shelf, text.construct_id))
    await shelf.move_clock(MONTH)
    assert await purge(shelf) == 0
    assert (await shelf.scalar(CONTENTS), await shelf.scalar(USES)) == (1, 1)


async def test_what_a_later_deletion_can_bring_back_stays(shelf: Shelf) -> None:
    text = await shelf.save(await shelf.topic(), "one")
    first = await delete(shelf, text.construct_id)
    back = await take_back(shelf, first)
    await shelf.move_clock(MONTH)
    again = await take_back(shelf, back)  # the old deletion counts again, and so does this one
    assert await purge(shelf) == 1
    assert (await shelf.scalar(CONTENTS), await shelf.scalar(USES)) == (1, 1)
    await take_back(shelf, again)
    assert await shelf.scalar("SELECT count(*) FROM occurrence WHERE map_id = :m") == 1


async def test_the_same_bytes_elsewhere_keep_their_content(shelf: Shelf) -> None:
    text = await shelf.save(await shelf.topic("Tosca"), "one")
    await shelf.save(await shelf.topic("Norma"), "one")
    await delete(shelf, text.construct_id)
    await shelf.move_clock(MONTH)
    assert await purge(shelf) == 1
    assert (await shelf.scalar(CONTENTS), await shelf.scalar(USES)) == (1, 1)


async def test_the_same_bytes_of_a_younger_deletion_keep_their_content(shelf: Shelf) -> None:
    one = await shelf.save(await shelf.topic("Tosca"), "one")
    other = await shelf.save(await shelf.topic("Norma"), "one")
    await delete(shelf, one.construct_id)
    await shelf.move_clock(MONTH)
    younger = await delete(shelf, other.construct_id)
    assert await purge(shelf) == 1
    assert await shelf.scalar(CONTENTS) == 1
    await take_back(shelf, younger)


async def test_everything_of_a_deleted_topic_goes_with_it(shelf: Shelf) -> None:
    topic = await shelf.topic()
    await shelf.save(topic, "a text")
    await shelf.save(topic, "a note", type="note")
    async with shelf.database.writing() as session:
        await delete_topic(session, shelf.map_id, None, topic)
    assert await shelf.scalar(CONTENTS) == 2
    await shelf.move_clock(MONTH)
    assert await purge(shelf) == 1
    assert (await shelf.scalar(CONTENTS), await shelf.scalar(USES)) == (0, 0)


async def test_content_that_was_added_and_taken_back_goes_in_the_same_time(shelf: Shelf) -> None:
    saved = await shelf.save(await shelf.topic(), "a slip")
    assert saved.change_id is not None
    await take_back(shelf, saved.change_id)
    await shelf.move_clock(timedelta(days=29))
    assert await purge(shelf) == 0
    await shelf.move_clock(timedelta(days=2))
    assert await purge(shelf) == 1
    assert (await shelf.scalar(CONTENTS), await shelf.scalar(USES)) == (0, 0)


async def test_a_picture_that_the_map_had_stays(shelf: Shelf) -> None:
    text = await shelf.save(await shelf.topic(), "one")
    async with shelf.database.writing() as session:
        await session.execute(PICTURE, {"m": shelf.map_id})
    await delete(shelf, text.construct_id)
    await shelf.move_clock(MONTH)
    assert await purge(shelf) == 1
    assert (await shelf.scalar(CONTENTS), await shelf.scalar(USES)) == (1, 0)
