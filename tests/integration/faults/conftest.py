"""A map in a database that commits, its objects in a folder or on a real S3 server, and the clock moved."""

import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from contextualise.domain.base_topics import base_ids
from contextualise.domain.history import Saved
from contextualise.domain.texts import save_text
from contextualise.embedded.seaweedfs import SeaweedS3
from contextualise.objects import FolderStore, ObjectStore
from contextualise.objects.s3 import S3Store
from contextualise.repository.database import Database
from tests import services
from tests.factories import make_map, make_topics
from tests.integration.objects.places import listed, place_on


@dataclass
class Shelf:
    """A map with its objects: what a fault is done to."""

    database: Database
    objects: ObjectStore
    map_id: int

    async def topic(self, name: str = "Tosca") -> int:
        async with self.database.writing() as session:
            (topic_id,) = await make_topics(session, self.map_id, name)
        return topic_id

    async def save(self, topic_id: int, source: str, expected: bytes | None = None, *, type: str = "text") -> Saved:
        async with self.database.writing() as session:
            return await save_text(session, self.objects, self.map_id, None, topic_id, source=source, expected=expected, type=type)

    async def keys(self) -> list[str]:
        return [key for key, _ in await listed(self.objects, f"maps/{self.map_id}/")]

    async def scalar(self, statement: str, **values: object) -> int:
        async with self.database.reading() as connection:
            return int((await connection.execute(text(statement), {"m": self.map_id, **values})).scalar_one())

    async def move_clock(self, back: timedelta) -> None:
        """Let everything that was ever done here have been done that much longer ago."""
        async with self.database.writing() as session:
            await session.execute(text("UPDATE change SET at = at - :back WHERE map_id = :m"), {"m": self.map_id, "back": back})

    async def base(self, slug: str) -> int:
        async with self.database.reading() as connection:
            return (await base_ids(connection, self.map_id, [slug]))[slug]


@pytest.fixture(scope="session")
def s3() -> Iterator[SeaweedS3]:
    """One server for these tests; each has a bucket of its own."""
    with services.s3_server() as server:
        yield server


@pytest.fixture(params=["folder", "s3"])
async def objects(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ObjectStore]:
    """Each store in turn."""
    if request.param == "folder":
        yield FolderStore(tmp_path / "objects")
        return
    # One bucket for all: the server sets aside room for each bucket, and has little.
    store = S3Store(place_on(request.getfixturevalue("s3"), bucket="faults"))
    yield store
    for key, _ in await listed(store):
        await store.delete(key)


@pytest.fixture
async def shelf(emptied: Database, objects: ObjectStore) -> Shelf:
    """An empty map."""
    async with emptied.writing() as session:
        return Shelf(emptied, objects, await make_map(session))


def some_bytes(size: int = 1000) -> bytes:
    """What no other test keeps."""
    return secrets.token_bytes(size)
