"""Objects that no row names go when they are old; a row never loses its object, whoever saves meanwhile."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from contextualise.domain.collecting import Collected, collect
from contextualise.domain.content import add_file, prepare_file, rendition_key
from contextualise.domain.doctor import check_map, check_objects
from contextualise.domain.errors import Conflict
from contextualise.domain.history import purge_trash
from contextualise.domain.maps import purge_maps
from contextualise.domain.occurrences import delete_occurrence
from contextualise.domain.texts import content_key, put_content, read_source, save_text
from contextualise.jobs import tidy_up
from contextualise.objects import Data, ObjectMissing, ObjectStore, Opened, Received, StoredObject
from contextualise.repository import jobs as queue
from tests.integration.faults.conftest import Shelf, some_bytes

NOW = timedelta(seconds=-5)  # everything is old: also what a store with a coarse clock took just now
SOURCE = "What two people write at once."
USED = text("SELECT DISTINCT sha256 FROM occurrence WHERE map_id = :m AND sha256 IS NOT NULL")
KEY = sha256(SOURCE.encode()).digest()


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def made_before(shelf: Shelf) -> None:
    """Objects of a map that is younger than they are would be another site's."""
    async with shelf.database.writing() as session:
        await session.execute(text("UPDATE map SET created_at = created_at - interval '1 day' WHERE id = :m"), {"m": shelf.map_id})


class Interrupted:
    """A real store whose steps wait where the test says so: `at["put"]` is told when the step is reached and waits to go on."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.after: dict[str, asyncio.Barrier] = {}
        self.before: dict[str, asyncio.Barrier] = {}

    async def _around(self, step: str, work: object) -> None:
        if step in self.before:
            await self.before[step].wait()
            await self.before.pop(step).wait()
        await work  # type: ignore[misc]  # a coroutine of the store
        if step in self.after:
            await self.after[step].wait()
            await self.after.pop(step).wait()

    async def put(self, key: str, data: Data, media_type: str) -> None:
        await self._around("put", self._store.put(key, data, media_type))

    async def delete(self, key: str) -> None:
        await self._around("delete", self._store.delete(key))

    async def receive(self, data: AsyncIterator[bytes], media_type: str, *, limit: int | None = None) -> Received:
        return await self._store.receive(data, media_type, limit=limit)

    async def move(self, from_key: str, to_key: str) -> None:
        await self._store.move(from_key, to_key)

    async def open(self, key: str, offset: int = 0, length: int | None = None) -> Opened:
        return await self._store.open(key, offset, length)

    async def stat(self, key: str) -> StoredObject:
        return await self._store.stat(key)

    def keys(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        return self._store.keys(prefix)

    async def forget_unfinished(self, before: datetime) -> None:
        await self._store.forget_unfinished(before)

    async def check(self) -> None:
        await self._store.check()


async def reached(barrier: asyncio.Barrier) -> None:
    await asyncio.wait_for(barrier.wait(), 20)


async def somebody_waits(shelf: Shelf) -> None:
    """Until a transaction waits for a lock that another holds."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while not await shelf.scalar(waiting):
        await asyncio.sleep(0.01)


async def sound(shelf: Shelf) -> None:
    """Doctor finds neither a fault nor anything left over, and every text can be read."""
    async with shelf.database.reading() as connection:
        assert await check_map(connection, shelf.map_id) == []
        assert [finding for finding in await check_objects(connection, shelf.objects, [shelf.map_id]) if finding.is_fault] == []
        used = await connection.execute(USED, {"m": shelf.map_id})
        for (digest,) in used.all():
            source = await read_source(shelf.objects, shelf.map_id, bytes(digest))
            assert sha256(source.encode()).digest() == bytes(digest)


async def test_what_no_row_names_goes_when_it_is_old(shelf: Shelf) -> None:
    saved = await shelf.save(await shelf.topic(), SOURCE)
    left = await put_content(shelf.objects, shelf.map_id, some_bytes(70), "text/plain")
    await shelf.objects.put(f"maps/{shelf.map_id}/renditions/{left.hex()}-320", b"small", "image/webp")
    await shelf.objects.put("imports/0123", b"<topicMap/>", "application/xml")
    cut_off = await shelf.objects.receive(pieces(b"half an upload"), "application/octet-stream")
    await made_before(shelf)
    assert await collect(shelf.database, shelf.objects) == Collected()
    assert await collect(shelf.database, shelf.objects, older_than=NOW) == Collected(4, 70 + 5 + 11 + 14)
    assert await shelf.keys() == [content_key(shelf.map_id, KEY)]
    with pytest.raises(ObjectMissing):
        await shelf.objects.stat(cut_off.key)
    assert await collect(shelf.database, shelf.objects, older_than=NOW) == Collected()
    assert saved.change_id
    await sound(shelf)


async def test_an_upload_that_a_job_will_read_stays(shelf: Shelf) -> None:
    await shelf.objects.put("imports/0123", b"<topicMap/>", "application/xml")
    async with shelf.database.writing() as session:
        await queue.add_job(session, "import", user_id=None, arguments={"key": "imports/0123"})
    assert await collect(shelf.database, shelf.objects, older_than=NOW) == Collected()
    async with shelf.database.writing() as session:
        await session.execute(text("UPDATE job SET state = 'failed'"))
    assert (await collect(shelf.database, shelf.objects, older_than=NOW)).objects == 1


async def test_objects_of_a_map_that_is_gone_go_too(shelf: Shelf) -> None:
    await put_content(shelf.objects, shelf.map_id, b"left", "text/plain")
    async with shelf.database.writing() as session:
        await session.execute(text("UPDATE map SET trashed_at = now() - interval '31 days'"))
    other = shelf.map_id + 1000
    await put_content(shelf.objects, other, b"of another site", "text/plain")
    assert await purge_maps(shelf.database, shelf.objects) == 1
    assert await shelf.keys() == []
    await put_content(shelf.objects, shelf.map_id, b"a crash between rows and objects", "text/plain")
    assert (await collect(shelf.database, shelf.objects, older_than=NOW)).objects == 1
    await shelf.objects.stat(content_key(other, sha256(b"of another site").digest()))


async def test_objects_older_than_their_map_are_another_site_s(shelf: Shelf) -> None:
    digest = await put_content(shelf.objects, shelf.map_id, b"of the site that had this bucket", "text/plain")
    async with shelf.database.writing() as session:
        await session.execute(text("UPDATE map SET created_at = now() + interval '1 minute'"))
    assert await collect(shelf.database, shelf.objects, older_than=NOW) == Collected()
    await shelf.objects.stat(content_key(shelf.map_id, digest))


async def test_deleted_for_good_means_gone_with_its_objects(shelf: Shelf) -> None:
    topic = await shelf.topic()
    saved = await shelf.save(topic, SOURCE)
    await shelf.save(topic, "what stays", type="note")
    await made_before(shelf)
    async with shelf.database.writing() as session:
        await delete_occurrence(session, shelf.map_id, None, saved.construct_id)
    await tidy_up(shelf.database, shelf.objects, objects_older_than=NOW)
    assert len(await shelf.keys()) == 2
    await shelf.move_clock(timedelta(days=31))
    await tidy_up(shelf.database, shelf.objects, objects_older_than=NOW)
    assert await shelf.keys() == [content_key(shelf.map_id, sha256(b"what stays").digest())]
    await sound(shelf)


async def test_a_file_goes_with_its_smaller_pictures_and_its_map_with_everything(shelf: Shelf) -> None:
    topic = await shelf.topic()
    received = await shelf.objects.receive(pieces(b"as good as a picture"), "text/plain")
    prepared = await prepare_file(shelf.objects, received)
    async with shelf.database.writing() as session:
        saved = await add_file(session, shelf.objects, shelf.map_id, None, topic, prepared=prepared, file_name="one.txt")
        await session.execute(
            text("INSERT INTO rendition (map_id, sha256, width, height, media_type, bytes) VALUES (:m, :k, 320, 200, 'image/webp', 5)"),
            {"m": shelf.map_id, "k": prepared.sha256},
        )
    await shelf.objects.put(rendition_key(shelf.map_id, prepared.sha256, 320), b"small", "image/webp")
    await made_before(shelf)
    await sound(shelf)
    async with shelf.database.writing() as session:
        await delete_occurrence(session, shelf.map_id, None, saved.construct_id)
    await shelf.move_clock(timedelta(days=29))
    await tidy_up(shelf.database, shelf.objects, objects_older_than=NOW)
    assert len(await shelf.keys()) == 2
    await shelf.move_clock(timedelta(days=2))
    await tidy_up(shelf.database, shelf.objects, objects_older_than=NOW)
    assert await shelf.keys() == []
    await sound(shelf)

    await shelf.save(topic, SOURCE)
    await shelf.objects.put(rendition_key(shelf.map_id, KEY, 320), b"small", "image/webp")
    async with shelf.database.writing() as session:
        await session.execute(text("UPDATE map SET trashed_at = now() - interval '31 days'"))
    await tidy_up(shelf.database, shelf.objects)
    assert await shelf.keys() == []


async def test_saving_what_was_collected_between_object_and_row(shelf: Shelf) -> None:
    topic = await shelf.topic()
    await made_before(shelf)
    slow = Interrupted(shelf.objects)
    barrier = slow.after["put"] = asyncio.Barrier(2)
    saving = asyncio.create_task(Shelf(shelf.database, slow, shelf.map_id).save(topic, SOURCE))
    await reached(barrier)  # the object is there, the map not yet locked
    assert (await collect(shelf.database, shelf.objects, older_than=NOW)).objects == 1
    assert await shelf.keys() == []
    await reached(barrier)
    await saving
    assert await shelf.keys() == [content_key(shelf.map_id, KEY)]
    await sound(shelf)


async def test_saving_what_is_just_being_deleted(shelf: Shelf) -> None:
    topic = await shelf.topic()
    await put_content(shelf.objects, shelf.map_id, SOURCE.encode(), "text/markdown")
    await made_before(shelf)
    slow = Interrupted(shelf.objects)
    barrier = slow.before["delete"] = asyncio.Barrier(2)
    collecting = asyncio.create_task(collect(shelf.database, slow, older_than=NOW))
    await reached(barrier)  # the map is locked, the object was looked at and found old
    saving = asyncio.create_task(shelf.save(topic, SOURCE))  # puts it again, and waits for the map
    await somebody_waits(shelf)
    await reached(barrier)
    assert (await collecting).objects == 1
    await saving
    assert await shelf.keys() == [content_key(shelf.map_id, KEY)]
    await sound(shelf)


async def test_what_was_named_since_it_was_listed_stays(shelf: Shelf) -> None:
    topic = await shelf.topic()
    await put_content(shelf.objects, shelf.map_id, SOURCE.encode(), "text/markdown")
    await made_before(shelf)
    async with shelf.database.writing() as session:
        await session.execute(text("SELECT FROM map WHERE id = :m FOR UPDATE"), {"m": shelf.map_id})
        collecting = asyncio.create_task(collect(shelf.database, shelf.objects, older_than=NOW))
        await somebody_waits(shelf)
        # The collector has found the object without a row and waits for the map.
        await save_text(session, shelf.objects, shelf.map_id, None, topic, source=SOURCE, expected=None)
    assert await collecting == Collected()
    await sound(shelf)


async def test_put_again_since_it_was_listed_is_young(shelf: Shelf) -> None:
    await put_content(shelf.objects, shelf.map_id, SOURCE.encode(), "text/markdown")
    await made_before(shelf)
    await asyncio.sleep(2.5)
    async with shelf.database.writing() as session:
        await session.execute(text("SELECT FROM map WHERE id = :m FOR UPDATE"), {"m": shelf.map_id})
        collecting = asyncio.create_task(collect(shelf.database, shelf.objects, older_than=timedelta(seconds=1.2)))
        await somebody_waits(shelf)
        await put_content(shelf.objects, shelf.map_id, SOURCE.encode(), "text/markdown")
    assert await collecting == Collected()
    assert await shelf.keys() == [content_key(shelf.map_id, KEY)]


async def test_smaller_pictures_in_work_are_left_alone(shelf: Shelf) -> None:
    await shelf.save(await shelf.topic(), SOURCE)
    await made_before(shelf)
    small = rendition_key(shelf.map_id, KEY, 320)
    await shelf.objects.put(small, b"of an earlier try", "image/webp")
    async with shelf.database.writing() as session:  # as whoever examines a picture claims it
        await session.execute(text("SELECT FROM content WHERE map_id = :m FOR NO KEY UPDATE"), {"m": shelf.map_id})
        assert await collect(shelf.database, shelf.objects, older_than=NOW) == Collected()
        await session.execute(
            text("INSERT INTO rendition (map_id, sha256, width, height, media_type, bytes) VALUES (:m, :k, 320, 200, 'image/webp', 17)"),
            {"m": shelf.map_id, "k": KEY},
        )
    assert await collect(shelf.database, shelf.objects, older_than=NOW) == Collected()
    await sound(shelf)
    async with shelf.database.writing() as session:
        await session.execute(text("DELETE FROM rendition"))
    assert await collect(shelf.database, shelf.objects, older_than=NOW) == Collected(1, 17)


async def test_eight_writers_of_the_same_words_beside_purging_and_collecting(shelf: Shelf) -> None:
    topics = [await shelf.topic(f"Topic {number}") for number in range(8)]
    await made_before(shelf)
    dice = random.Random(7)
    words = [f"The same {number} words." for number in range(24)]
    over = asyncio.Event()

    async def write(topic: int) -> None:
        for _ in range(12):
            try:
                saved = await shelf.save(topic, dice.choice(words))
            except Conflict:
                continue
            async with shelf.database.writing() as session:
                await delete_occurrence(session, shelf.map_id, None, saved.construct_id)
        await shelf.save(topic, dice.choice(words))

    async def clean() -> int:
        taken = 0
        while not over.is_set():
            async with shelf.database.writing() as session:
                await purge_trash(session, older_than=timedelta(0))
            taken += (await collect(shelf.database, shelf.objects, older_than=NOW)).objects
        return taken

    cleaning = asyncio.create_task(clean())
    await asyncio.gather(*(write(topic) for topic in topics))
    over.set()
    assert await cleaning > 0
    assert await shelf.scalar("SELECT count(*) FROM occurrence WHERE map_id = :m AND sha256 IS NOT NULL") == 8
    await sound(shelf)
