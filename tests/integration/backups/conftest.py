"""Sites of one test's own to be backed up and restored: a database each, objects in a folder or on a real S3 server."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from contextualise.domain.backups import BackedUp, BackupFolder, Restored, back_up, restore
from contextualise.domain.content import add_file, prepare_file
from contextualise.domain.texts import save_text
from contextualise.domain.transfer import Progress
from contextualise.objects import FolderStore, ObjectStore
from contextualise.repository.backups.snapshot import Snapshot, snapshot
from contextualise.repository.database import Database
from contextualise.repository.migrate import upgrade
from tests import services
from tests.factories import make_map, make_topics


@dataclass
class Stored:
    """A site's data."""

    url: str
    objects: ObjectStore

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        database = Database(self.url, pool_size=3)
        try:
            yield database
        finally:
            await database.close()

    async def back_up(self, folder: BackupFolder) -> BackedUp:
        return await back_up(self.url, self.objects, folder, Progress())

    async def restore(self, folder: BackupFolder, **more: object) -> Restored:
        return await restore(self.url, self.objects, folder, Progress(), **more)  # type: ignore[arg-type]  # name and replace

    async def fill(self, words: str = "Vissi d'arte") -> int:
        """A map with topics, a text and files; returns its id."""
        async with self.database() as database, database.writing() as session:
            map_id = await make_map(session)
            tosca, aida = await make_topics(session, map_id, "Tosca", "Aïda\tand\\more")
            await save_text(session, self.objects, map_id, None, tosca, source=f"# {words[:1000]}\n\nSee [[Aïda]].\t\\N", expected=None)
            for number in range(3):
                received = await self.objects.receive(pieces(words.encode() * (number + 1)), "application/octet-stream")
                prepared = await prepare_file(self.objects, received)
                await add_file(session, self.objects, map_id, None, aida, prepared=prepared, file_name=f"{number}.bin")
        return map_id

    def ask(self, statement: str | sql.Composed, *values: object) -> object:
        """The first column of the first row; None where nothing comes back."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement, values or None)  # type: ignore[call-overload]  # statements of tests are constants
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def tables(self) -> dict[str, bytes]:
        """All rows that a backup keeps, by table, in an order of their own."""
        with snapshot(self.url) as taken:
            return {name: b"\n".join(sorted(rows.split(b"\n"))) for name, rows in whole(taken)}

    async def object_hashes(self) -> dict[str, str]:
        """The SHA-256 of the bytes of every object of a map."""
        keys = [stored.key async for stored in self.objects.keys("maps/")]
        return {key: await self.hash_of(key) for key in keys}

    async def hash_of(self, key: str) -> str:
        total = sha256()
        async for chunk in (await self.objects.open(key)).chunks:
            total.update(chunk)
        return total.hexdigest()


def whole(taken: Snapshot) -> Iterator[tuple[str, bytes]]:
    for table in taken.tables():
        yield table.name, b"".join(taken.rows(table))


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


@contextmanager
def empty_site(folder: Path) -> Iterator[Stored]:
    """A database without any table, and an empty folder of objects."""
    with services.postgres_url() as server, services.database(server) as url:
        yield Stored(url, FolderStore(folder))


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Stored]:
    """A migrated site with nothing in it."""
    with empty_site(tmp_path / "source") as site:
        upgrade(site.url)
        yield site


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Stored]:
    """Where to restore: nothing has ever been there."""
    with empty_site(tmp_path / "target") as site:
        yield site


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    """Where backups go."""
    return BackupFolder(tmp_path / "backups")
