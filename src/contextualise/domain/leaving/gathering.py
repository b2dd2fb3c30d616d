"""Everything of one person in one archive: data as JSON, every own map as XTM 2.1 with its files."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from typing import BinaryIO

from contextualise.domain.content import content_key
from contextualise.domain.maps import map_ref
from contextualise.domain.transfer import file_path, write_map
from contextualise.lib.zip_stream import ZipStream
from contextualise.objects import ObjectMissing, ObjectStore
from contextualise.repository import leaving as repository
from contextualise.repository.database import Database
from contextualise.repository.exporting import FileRow, MapReader
from contextualise.repository.leaving import OwnMap

_IN_MEMORY = 4_000_000
_CHUNK = 1 << 18
_READ_ME = """This is everything that is kept about you here.

account.json      your name and address
browsers.json     where you are signed in
maps.json         your maps
maps/             each of them as a topic map (XTM 2.1) with its texts, and beside it its files, which files.json names
memberships.json  maps of others that you work on
comments.json     what you said about them
drafts.json       what you have typed and not saved
notices.json      what you were told
reports.json      what you reported
changes.json      what you have changed, and when
"""


async def gather(database: Database, objects: ObjectStore, user_id: int) -> AsyncIterator[bytes]:
    """The archive in pieces, as fast as they are taken: no connection is held between them. A file whose bytes are lost is left out.

    Raises `objects.StoreUnavailable`, then without an end to the archive.
    """
    archive = ZipStream()
    yield archive.begin("README.txt") + archive.write(_READ_ME.encode()) + archive.end()
    for part in repository.parts():
        async for piece in _part(archive, database, user_id, part):
            yield piece
    async with database.reading() as connection:
        own = await repository.own_maps(connection, user_id, 1_000_000, members=0)
    for found in own:
        async for piece in _map(archive, database, objects, found):
            yield piece
    yield archive.close()


async def _part(archive: ZipStream, database: Database, user_id: int, part: str) -> AsyncIterator[bytes]:
    with _temporary() as file:
        async with database.writing() as session:
            separator = "[\n"
            async for row in repository.own_data(session, user_id, part):
                file.write(f"{separator}{json.dumps(json.loads(row), ensure_ascii=False)}".encode())
                separator = ",\n"
            file.write(b"[]\n" if separator == "[\n" else b"\n]\n")
        async for piece in _sent(archive, f"{part}.json", file):
            yield piece


async def _map(archive: ZipStream, database: Database, objects: ObjectStore, own: OwnMap) -> AsyncIterator[bytes]:
    folder = f"maps/{map_ref(own.id, own.title)}"
    with _temporary() as file:
        async with database.writing() as session:
            async for piece in write_map(session, objects, own.id, address=file_path):
                await asyncio.to_thread(file.write, piece)
            files = await MapReader(session, own.id).files()
        async for piece in _sent(archive, f"{folder}/map.xtm", file):
            yield piece
    yield archive.begin(f"{folder}/files.json") + archive.write(_described(files)) + archive.end()
    for sha256, name in {(row.sha256, row.name or "file") for row in files}:
        try:
            opened = await objects.open(content_key(own.id, sha256))
        except ObjectMissing:
            continue
        yield archive.begin(f"{folder}/files/{sha256.hex()}/{name}", packed=False)
        async for chunk in opened.chunks:
            yield archive.write(chunk)
        yield archive.end()


async def _sent(archive: ZipStream, name: str, file: BinaryIO) -> AsyncIterator[bytes]:
    yield archive.begin(name)
    file.seek(0)
    while chunk := await asyncio.to_thread(file.read, _CHUNK):
        yield await asyncio.to_thread(archive.write, chunk)
    yield archive.end()


def _described(files: Sequence[FileRow]) -> bytes:
    rows = [
        {
            "path": file_path(row.sha256, row.name or "file"),
            "topic": row.topic_id,
            "media_type": row.media_type,
            "bytes": row.size,
            "title": row.title,
            "alternative_text": row.alt,
        }
        for row in files
    ]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _temporary() -> BinaryIO:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # type: ignore[return-value]  # it reads and writes as one
