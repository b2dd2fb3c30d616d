"""What every object store does, whichever it is."""

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from contextualise.objects import HEAD, INCOMING, ObjectMissing, ObjectStore, Opened, TooLarge
from tests.integration.objects.places import listed

CONTENT = bytes(range(256)) * 40
KEY = f"maps/7/{hashlib.sha256(CONTENT).hexdigest()}"


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def whole(opened: Opened) -> bytes:
    return b"".join([chunk async for chunk in opened.chunks])


async def test_what_was_put_is_read_back(store: ObjectStore) -> None:
    await store.put(KEY, CONTENT, "text/plain")
    opened = await store.open(KEY)
    assert opened.size == len(CONTENT)
    assert await whole(opened) == CONTENT
    assert (await store.stat(KEY)).size == len(CONTENT)


async def test_putting_twice_is_putting_once(store: ObjectStore) -> None:
    await asyncio.gather(*(store.put(KEY, CONTENT, "text/plain") for _ in range(5)))
    await store.put(KEY, pieces(CONTENT), "text/plain")
    assert await whole(await store.open(KEY)) == CONTENT
    assert await listed(store) == [(KEY, len(CONTENT))]


@pytest.mark.parametrize("parts", [(), (b"",), (b"a", b"", b"bc"), (b"x" * 700_000,)])
async def test_stream_is_kept_whole(store: ObjectStore, parts: tuple[bytes, ...]) -> None:
    await store.put("maps/1/stream", pieces(*parts), "application/octet-stream")
    opened = await store.open("maps/1/stream")
    assert opened.size == sum(map(len, parts))
    assert await whole(opened) == b"".join(parts)


async def test_empty_object_is_an_object(store: ObjectStore) -> None:
    await store.put("maps/1/empty", b"", "text/plain")
    opened = await store.open("maps/1/empty")
    assert (opened.size, await whole(opened)) == (0, b"")
    assert await whole(await store.open("maps/1/empty", 0, 10)) == b""


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (0, 10, CONTENT[:10]),
        (5, 10, CONTENT[5:15]),
        (10_000, None, CONTENT[10_000:]),
        (10_200, 1_000, CONTENT[10_200:]),
        (0, 0, b""),
        (len(CONTENT), None, b""),
        (len(CONTENT) + 5, 10, b""),
    ],
)
async def test_part_of_an_object(store: ObjectStore, offset: int, length: int | None, expected: bytes) -> None:
    await store.put(KEY, CONTENT, "text/plain")
    opened = await store.open(KEY, offset, length)
    assert opened.size == len(CONTENT)
    assert await whole(opened) == expected


async def test_missing_object_is_an_ordinary_answer(store: ObjectStore) -> None:
    for _ in range(2):
        with pytest.raises(ObjectMissing):
            await store.open("maps/1/none")
        with pytest.raises(ObjectMissing):
            await store.open("maps/1/none", 0, 0)
        with pytest.raises(ObjectMissing):
            await store.stat("maps/1/none")
        await store.delete("maps/1/none")
        assert await listed(store, "maps/") == []
        # The same holds once something else has been kept.
        await store.put("other", b"x", "text/plain")


async def test_deleted_object_is_gone(store: ObjectStore) -> None:
    await store.put(KEY, CONTENT, "text/plain")
    await store.delete(KEY)
    with pytest.raises(ObjectMissing):
        await store.stat(KEY)


async def test_keys_are_listed_by_prefix_in_order(store: ObjectStore) -> None:
    for key in ("maps/2/b", "maps/1/a", "maps/1/b", "maps/10/a", "imports/x"):
        await store.put(key, key.encode(), "text/plain")
    await store.check()
    assert await listed(store, "maps/1/") == [("maps/1/a", 8), ("maps/1/b", 8)]
    assert [key for key, _ in await listed(store, "maps/1")] == ["maps/1/a", "maps/1/b", "maps/10/a"]
    assert await listed(store, "imports/") == [("imports/x", 9)]
    assert len(await listed(store)) == 5


async def test_many_keys_are_listed_page_by_page(store: ObjectStore) -> None:
    keys = [f"maps/1/{number:04}" for number in range(1_100)]
    for start in range(0, len(keys), 50):
        await asyncio.gather(*(store.put(key, b"x", "text/plain") for key in keys[start : start + 50]))
    assert [key for key, _ in await listed(store, "maps/")] == keys


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../x", "maps/../x", "maps//x", "maps/.hidden", "a\\b", "a b", "a\x00b", "ü", "a/", "x" * 600]
)
async def test_key_that_could_lead_elsewhere_is_refused(store: ObjectStore, key: str) -> None:
    for act in (
        store.put(key, b"x", "text/plain"),
        store.open(key),
        store.stat(key),
        store.delete(key),
        store.put(key, pieces(b"x"), "a/b"),
    ):
        with pytest.raises(ValueError, match="not a key"):
            await act


async def test_stream_that_breaks_leaves_nothing_and_tells_its_own_error(store: ObjectStore) -> None:
    async def breaking(size: int) -> AsyncIterator[bytes]:
        yield b"x" * size
        raise ConnectionResetError("the browser went away")

    for size in (10, 9_000_000):
        with pytest.raises(ConnectionResetError, match="browser went away"):
            await store.put("maps/1/broken", breaking(size), "text/plain")
        with pytest.raises(ObjectMissing):
            await store.stat("maps/1/broken")
    assert await listed(store) == []


async def test_upload_that_is_cancelled_leaves_nothing(store: ObjectStore) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"x" * 100
        begun.set()
        await asyncio.sleep(3_600)

    task = asyncio.create_task(store.put("maps/1/cancelled", endless(), "text/plain"))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.2)
    with pytest.raises(ObjectMissing):
        await store.stat("maps/1/cancelled")


async def test_reader_may_stop_in_the_middle(store: ObjectStore) -> None:
    await store.put("maps/1/long", b"x" * 2_000_000, "text/plain")
    for _ in range(20):
        opened = await store.open("maps/1/long")
        async for _chunk in opened.chunks:
            break
        await opened.chunks.aclose()  # type: ignore[attr-defined]
    assert len(await whole(await store.open("maps/1/long"))) == 2_000_000


async def test_large_object_never_is_whole_in_memory(store: ObjectStore) -> None:
    size = 120 << 20
    piece = hashlib.sha256(b"piece").digest() * (1 << 15)

    async def long() -> AsyncIterator[bytes]:
        for _ in range(size // len(piece)):
            yield piece

    tracemalloc.start()
    try:
        await store.put("maps/1/large", long(), "application/octet-stream")
        total, read = hashlib.sha256(), 0
        async for chunk in (await store.open("maps/1/large")).chunks:
            total.update(chunk)
            read += len(chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == size
    assert total.digest() == hashlib.sha256(piece * (size // len(piece))).digest()
    assert peak < 40 << 20


async def test_store_that_works_is_ready(store: ObjectStore) -> None:
    await store.check()
    await store.check()
    assert await listed(store) == []


async def test_object_tells_when_it_was_last_put(store: ObjectStore) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=2)  # S3 tells whole seconds
    await store.put(KEY, CONTENT, "text/plain")
    first = (await store.stat(KEY)).modified_at
    assert begun <= first <= datetime.now(UTC) + timedelta(seconds=1)
    await asyncio.sleep(1.1)
    await store.put(KEY, CONTENT, "text/plain")
    again = (await store.stat(KEY)).modified_at
    assert again > first, "a collector would take what is just being named again"
    assert [found.modified_at async for found in store.keys("maps/")] == [again]


@pytest.mark.parametrize("size", [0, 1, HEAD, HEAD + 1, 7_000_000])
async def test_stream_of_unknown_hash_is_received(store: ObjectStore, size: int) -> None:
    data = (CONTENT * (size // len(CONTENT) + 1))[:size]
    received = await store.receive(pieces(data[:10], data[10:]), "application/octet-stream", limit=size)
    assert received.key.startswith(INCOMING)
    assert (received.size, received.sha256, received.head) == (size, hashlib.sha256(data).digest(), data[:HEAD])
    assert await whole(await store.open(received.key)) == data


async def test_stream_beyond_the_limit_leaves_nothing(store: ObjectStore) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 100_000

    for limit in (50_000, 7_000_000):
        with pytest.raises(TooLarge):
            await store.receive(endless(), "application/octet-stream", limit=limit)
    assert await listed(store) == []


async def test_moved_object_has_its_new_key_alone(store: ObjectStore) -> None:
    for size in (0, 10, 6_000_000):
        received = await store.receive(pieces(b"x" * size), "text/plain")
        await store.move(received.key, "maps/7/moved")
        assert await whole(await store.open("maps/7/moved")) == b"x" * size
        assert await listed(store) == [("maps/7/moved", size)]


async def test_move_replaces_and_makes_young(store: ObjectStore) -> None:
    await store.put(KEY, CONTENT, "text/plain")
    first = (await store.stat(KEY)).modified_at
    received = await store.receive(pieces(CONTENT), "text/plain")
    await asyncio.sleep(1.1)
    await store.move(received.key, KEY)
    assert (await store.stat(KEY)).modified_at > first
    assert await listed(store) == [(KEY, len(CONTENT))]


async def test_missing_object_cannot_be_moved(store: ObjectStore) -> None:
    await store.put(KEY, CONTENT, "text/plain")
    with pytest.raises(ObjectMissing):
        await store.move("incoming/none", KEY)
    assert await whole(await store.open(KEY)) == CONTENT
    with pytest.raises(ValueError, match="not a key"):
        await store.move(KEY, "../escaped")
