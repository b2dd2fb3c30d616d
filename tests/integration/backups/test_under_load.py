"""A backup made while people write and things are deleted for good, restored on an empty site, is the site as it was at one moment."""

import asyncio
import random
import secrets
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.associations import quick_association
from contextualise.domain.backups import BackupFolder, verify
from contextualise.domain.collecting import collect
from contextualise.domain.content import add_file, prepare_file
from contextualise.domain.history import purge_trash
from contextualise.domain.occurrences import delete_occurrence
from contextualise.domain.texts import save_text
from contextualise.domain.transfer import Progress
from contextualise.repository.database import Database
from tests.canonical import canonical_form_on
from tests.factories import make_map, make_topic
from tests.integration.backups.conftest import Stored, pieces
from tests.integration.faults.test_collecting import NOW

WRITERS = 4
BACKUPS = 3


@dataclass
class Writer:
    """The only one who writes to a map: what it was at each of its versions is known."""

    site: Stored
    map_id: int
    dice: random.Random
    topics: list[int] = field(default_factory=list)
    at: dict[int, bytes] = field(default_factory=dict)

    async def write(self, session: AsyncSession, *, is_upload: bool) -> None:
        """One change, committed when the caller's block ends."""
        if not self.topics or self.dice.random() < 0.2:
            self.topics.append(await make_topic(session, self.map_id, secrets.token_hex(6)))
        topic = self.dice.choice(self.topics)
        match 0 if is_upload else self.dice.randrange(1, 4):
            case 0:
                received = await self.site.objects.receive(pieces(secrets.token_bytes(3000)), "application/octet-stream")
                prepared = await prepare_file(self.site.objects, received)
                await add_file(session, self.site.objects, self.map_id, None, topic, prepared=prepared, file_name="some.bin")
            case 1:
                source = f"# {secrets.token_hex(8)}\n\n{secrets.token_hex(300)}"
                expected = await self._first(session, "SELECT sha256 FROM occurrence WHERE topic_id = :t AND file_name IS NULL", topic)
                assert expected is None or isinstance(expected, bytes)
                await save_text(session, self.site.objects, self.map_id, None, topic, source=source, expected=expected)
            case 2:
                number = await self._first(
                    session, "SELECT id FROM occurrence WHERE topic_id = :t AND file_name IS NOT NULL LIMIT 1", topic
                )
                if isinstance(number, int):
                    await delete_occurrence(session, self.map_id, None, number)
            case _:
                other = await make_topic(session, self.map_id, secrets.token_hex(6))
                await quick_association(session, self.map_id, None, topic, other)

    async def _first(self, session: AsyncSession, statement: str, topic: int) -> object:
        return (await session.execute(text(statement), {"t": topic})).scalar()

    def remember(self) -> None:
        """Keep what the map is now, under its version."""
        with psycopg.connect(self.site.url) as connection:
            self.at[version_of(connection, self.map_id)] = canonical_form_on(connection, self.map_id)


def version_of(connection: psycopg.Connection[tuple[int]], map_id: int) -> int:
    row = connection.execute("SELECT version FROM map WHERE id = %s", [map_id]).fetchone()
    assert row is not None
    return row[0]


async def work(writer: Writer, database: Database, over: asyncio.Event, uploading: asyncio.Lock) -> None:
    while not over.is_set():
        is_upload = writer.dice.random() < 0.25
        async with uploading if is_upload else nullcontext(), database.writing() as session:
            await writer.write(session, is_upload=is_upload)
        await asyncio.to_thread(writer.remember)


async def clean(site: Stored, database: Database, over: asyncio.Event, uploading: asyncio.Lock) -> int:
    """What housekeeping does now and then, all the time and as if a month had gone by; returns how many objects it took away.

    No upload is under way meanwhile: as if a month had gone by, it would be taken for one that was never ended.
    """
    taken = 0
    while not over.is_set():
        async with database.writing() as session:
            await purge_trash(session, older_than=timedelta())
        async with uploading:
            taken += (await collect(database, site.objects, older_than=NOW)).objects
    return taken


async def test_a_backup_under_load_is_the_site_as_of_one_moment(source: Stored, target: Stored, folder: BackupFolder) -> None:
    over, uploading = asyncio.Event(), asyncio.Lock()
    async with source.database() as database:
        async with database.writing() as session:
            writers = [Writer(source, await make_map(session), random.Random(number)) for number in range(WRITERS)]
            # An object is collected only if it is younger than its map.
            await session.execute(text("UPDATE map SET created_at = created_at - interval '1 day'"))
        for writer in writers:
            writer.remember()
        made = []
        async with asyncio.timeout(120), asyncio.TaskGroup() as group:
            for writer in writers:
                group.create_task(work(writer, database, over, uploading))
            cleaning = group.create_task(clean(source, database, over, uploading))
            for number in range(BACKUPS):
                while sum(len(writer.at) for writer in writers) < (number + 1) * 40:
                    await asyncio.sleep(0.01)
                made.append(await source.back_up(folder))
            over.set()
    assert cleaning.result() > 0, "nothing was ever deleted for good"
    assert verify(folder, Progress()).problems == []
    for backup in made:
        assert backup.copied.missing_count == 0
        await target.restore(folder, name=backup.path.name, replace=True)
        compare(target, writers)
        hashes = await target.object_hashes()
        with psycopg.connect(target.url) as connection:
            named = connection.execute("SELECT map_id, encode(sha256, 'hex') FROM content").fetchall()
        assert {f"maps/{map_id}/{digest}": digest for map_id, digest in named}.items() <= hashes.items()
    assert made[0].manifest.rows_of("change") < made[-1].manifest.rows_of("change")


def compare(target: Stored, writers: list[Writer]) -> None:
    with psycopg.connect(target.url) as connection:
        for writer in writers:
            version = version_of(connection, writer.map_id)
            assert canonical_form_on(connection, writer.map_id) == writer.at[version], f"map {writer.map_id} at version {version}"
