"""Objects on an S3 server, through the minio SDK; its blocking calls run in threads of this store's own."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO, TypeVar, cast
from xml.etree.ElementTree import ParseError

from minio import Minio
from minio.commonconfig import ComposeSource
from minio.datatypes import Object
from minio.error import MinioException, S3Error
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from contextualise.objects.interface import (
    Data,
    ObjectMissing,
    Opened,
    Received,
    S3Place,
    StoredObject,
    StoreFull,
    StoreUnavailable,
    checked_key,
)
from contextualise.objects.receiving import receive_into

T = TypeVar("T")

# A dead server refuses at once; one that hangs is given up before a person gives up on the page.
CONNECT_SECONDS = 3.0
READ_SECONDS = 15.0
CHUNK_SECONDS = 120.0
THREADS = 8
CHUNK = 1 << 18
# The least that S3 takes; the SDK holds about five times as much.
PART = 5 << 20
PROBE_KEY = "probe"
_PAGE = 1_000
_FULL = frozenset({"XMinioStorageFull", "InsufficientStorage", "QuotaExceeded", "EntityTooLarge"})
_LONG_AGO = datetime.fromtimestamp(0, UTC)
_MISSING = frozenset({"NoSuchKey", "NoSuchBucket", "ResourceNotFound"})


class S3Store:
    """Each object is one in the bucket under its own key; the bucket is made when it turns out to be missing."""

    def __init__(self, place: S3Place) -> None:
        self._bucket = place.bucket
        self._region = place.region
        # A request is repeated once: keys are hashes of contents, so writing twice is writing.
        retries = Retry(total=1, read=0, redirect=0, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504))
        self._client = _client(place, READ_SECONDS, retries)
        # Copying a large object inside the server takes longer than any other answer.
        self._patient = _client(place, CHUNK_SECONDS, retries)
        # Threads of its own: a server that hangs must not hold up those that hash passwords.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")
        self._bucket_is_there = False

    async def put(self, key: str, data: Data, media_type: str) -> None:
        """Upload in one piece or, when it is long, in parts, so that a few of them are in memory at most."""
        checked_key(key)
        if isinstance(data, bytes):
            await self._run(self._upload, key, data, media_type)
            return
        source = StreamReader(data, asyncio.get_running_loop())
        try:
            await self._run(self._upload_stream, key, source, media_type)
        except StoreUnavailable:
            if source.error is not None:
                raise source.error from None
            raise
        finally:
            source.close()

    async def receive(self, data: AsyncIterator[bytes], media_type: str, *, limit: int | None = None) -> Received:
        """Upload the stream to a key of its own."""
        return await receive_into(self, data, media_type, limit)

    async def move(self, from_key: str, to_key: str) -> None:
        """Let the server copy the object, then delete the old one; S3 knows no renaming."""
        await self._run(self._copy, checked_key(from_key), checked_key(to_key))
        await self.delete(from_key)

    async def open(self, key: str, offset: int = 0, length: int | None = None) -> Opened:
        """Ask for the object or a range of it, and read the answer chunk by chunk."""
        checked_key(key)
        response = None if length == 0 else await self._run(self._get, key, offset, length)
        if response is None:
            return Opened((await self.stat(key)).size, _nothing())
        return Opened(_whole_size(response), self._chunks(response))

    async def stat(self, key: str) -> StoredObject:
        """Ask for size and age alone."""
        checked_key(key)
        return _described(await self._run(self._client.stat_object, self._bucket, key))

    async def delete(self, key: str) -> None:
        """Remove the object; S3 says yes to a missing one."""
        checked_key(key)
        with contextlib.suppress(ObjectMissing):
            await self._run(self._client.remove_object, self._bucket, key)

    async def keys(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        """List the bucket page by page."""
        listing = self._client.list_objects(self._bucket, prefix=prefix, recursive=True)
        with contextlib.suppress(ObjectMissing):
            while page := await self._run(_next_page, listing):
                for found in page:
                    yield found

    async def forget_unfinished(self, before: datetime) -> None:
        """Give up uploads in parts that nobody went on with: no listing shows their parts, and they cost what objects cost."""
        with contextlib.suppress(ObjectMissing):
            await self._run(self._abort_unfinished, before)

    async def check(self) -> None:
        """Write a small object, always the same one; that makes the bucket if need be."""
        await self._run(self._upload, PROBE_KEY, b"ok", "text/plain")

    def _upload(self, key: str, data: bytes, media_type: str) -> None:
        try:
            self._client.put_object(self._bucket, key, io.BytesIO(data), len(data), media_type)
        except S3Error as error:
            if error.code != "NoSuchBucket":
                raise
            self._make_bucket()
            self._client.put_object(self._bucket, key, io.BytesIO(data), len(data), media_type)
        self._bucket_is_there = True

    def _upload_stream(self, key: str, source: "StreamReader", media_type: str) -> None:
        start = source.read(PART)
        if len(start) < PART:
            self._upload(key, start, media_type)
            return
        if not self._bucket_is_there:
            # A stream cannot be sent again, so the bucket has to be there before.
            self._upload(PROBE_KEY, b"ok", "text/plain")
        source.unread(start)
        self._client.put_object(self._bucket, key, cast(BinaryIO, source), -1, media_type, part_size=PART, num_parallel_uploads=1)

    def _copy(self, from_key: str, to_key: str) -> None:
        # One call for a copy of up to 5 GiB; a larger one is put together from parts.
        self._patient.compose_object(self._bucket, to_key, [ComposeSource(self._bucket, from_key)])

    def _abort_unfinished(self, before: datetime) -> None:
        # The SDK keeps these two calls of S3 to itself.
        marker: str | None = None
        while True:
            page = self._client._list_multipart_uploads(self._bucket, key_marker=marker, max_uploads=_PAGE)
            for upload in page.uploads:
                if upload.initiated_time is not None and upload.initiated_time < before:
                    with contextlib.suppress(S3Error):  # another process was quicker, or it was ended after all
                        self._client._abort_multipart_upload(self._bucket, upload.object_name, upload.upload_id or "")
            marker = page.next_key_marker
            if not (page.is_truncated and marker):
                return

    def _make_bucket(self) -> None:
        try:
            self._client.make_bucket(self._bucket, self._region)
        except S3Error as error:
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def _get(self, key: str, offset: int, length: int | None) -> BaseHTTPResponse | None:
        try:
            return self._client.get_object(self._bucket, key, offset, length or 0)
        except S3Error as error:
            if error.code == "InvalidRange":
                return None
            raise

    async def _chunks(self, response: BaseHTTPResponse) -> AsyncIterator[bytes]:
        try:
            while chunk := await self._run(response.read, CHUNK):
                yield chunk
        finally:
            response.close()
            response.release_conn()

    async def _run(self, function: Callable[..., T], *arguments: object) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)
        except S3Error as error:
            if error.code in _MISSING:
                raise ObjectMissing(error.object_name or self._bucket) from None
            self._bucket_is_there = False
            kind = StoreFull if error.code in _FULL else StoreUnavailable
            raise kind(f"The S3 server refuses: {error.code}.") from error
        except ValueError as error:
            raise StoreUnavailable(f"The S3 server cannot be asked: {error}.") from error
        except (MinioException, HTTPError, OSError, ParseError) as error:
            raise StoreUnavailable("The S3 server does not answer as it should.") from error


class StreamReader:
    """An asynchronous stream as the file that the SDK reads in its thread."""

    def __init__(self, chunks: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._chunks = chunks
        self._loop = loop
        self._waiting = bytearray()
        self._next: Future[bytes] | None = None
        self._closed = False
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        """Return so many bytes, fewer only at the end; what the stream raises is kept in ``error`` and raised."""
        while len(self._waiting) < size and (chunk := self._pull()):
            self._waiting += chunk
        taken = bytes(self._waiting[:size])
        del self._waiting[:size]
        return taken

    def unread(self, data: bytes) -> None:
        """Put back what was read, to be read again."""
        self._waiting[:0] = data

    def close(self) -> None:
        """Let nobody wait for the stream any more."""
        self._closed = True
        if self._next is not None:
            self._next.cancel()

    def _pull(self) -> bytes:
        try:
            if self._closed:
                raise OSError("the upload was given up")
            self._next = asyncio.run_coroutine_threadsafe(self._next_chunk(), self._loop)
            return self._next.result(CHUNK_SECONDS)
        except BaseException as error:
            self.error = error
            # The SDK and the retries below it understand this one.
            raise OSError("the stream to be kept ended early") from error

    async def _next_chunk(self) -> bytes:
        async for chunk in self._chunks:
            if chunk:
                return chunk
        return b""


def _client(place: S3Place, seconds: float, retries: Retry) -> Minio:
    timeout = Timeout(connect=CONNECT_SECONDS, read=seconds)
    return Minio(
        place.address,
        access_key=place.access_key,
        secret_key=place.secret_key,
        secure=place.secure,
        region=place.region,
        http_client=PoolManager(timeout=timeout, maxsize=THREADS, retries=retries),
    )


def _next_page(listing: Iterator[Object]) -> list[StoredObject]:
    # Never empty before the end, though the probe is left out.
    found = (_described(item) for item in listing if item.object_name != PROBE_KEY)
    return list(islice(found, _PAGE))


def _described(item: Object) -> StoredObject:
    return StoredObject(item.object_name or "", item.size or 0, item.last_modified or _LONG_AGO)


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


def _whole_size(response: BaseHTTPResponse) -> int:
    content_range = response.headers.get("Content-Range", "")
    return int(content_range.rpartition("/")[2] or response.headers.get("Content-Length", "0"))
