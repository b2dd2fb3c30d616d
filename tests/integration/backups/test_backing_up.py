"""What a backup holds, what it copies again, and what happens when it is interrupted or the disk is full."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from contextualise.domain.backups import BackupError, BackupFolder, prune, verify
from contextualise.domain.collecting import collect
from contextualise.domain.content import content_key, put_content, rendition_key
from contextualise.domain.maps import purge_maps
from contextualise.domain.transfer import Progress
from contextualise.objects import FolderStore, Opened
from contextualise.repository.backups.lease import LeaseTaken, may_delete_objects
from contextualise.repository.backups.snapshot import LEFT_OUT, snapshot
from tests.integration.backups.conftest import Stored
from tests.integration.faults.test_collecting import NOW
from tests.serving import KEY, eventually

FILES = 4  # of Stored.fill: a text and three files


def command(folder: BackupFolder) -> list[str | Path]:
    return [sys.executable, "-c", "from contextualise.cli import main; main()", "backup", folder.root]


def environment(source: Stored, storage: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "DATABASE_URL": source.url, "SECRET_KEY": KEY, "STORAGE": str(storage)}


async def test_every_row_and_every_object_comes_back(source: Stored, target: Stored, folder: BackupFolder) -> None:
    await source.fill()
    made = await source.back_up(folder)
    assert made.copied.objects == made.copied.new == FILES
    assert verify(folder, Progress()).problems == []
    restored = await target.restore(folder)
    assert (restored.maps, restored.objects, restored.missing) == (1, FILES, 0)
    assert target.tables() == source.tables()
    assert await target.object_hashes() == await source.object_hashes()
    for sequence in ("construct_id", "map_id_seq", "app_user_id_seq"):
        assert target.ask(f"SELECT last_value FROM {sequence}") == source.ask(f"SELECT last_value FROM {sequence}")
    # Keys and indexes were put aside for the filling.
    inventory = "SELECT array_agg(pg_get_constraintdef(oid) ORDER BY conrelid::regclass::text, conname) FROM pg_constraint"
    assert target.ask(inventory) == source.ask(inventory)
    indexes = "SELECT array_agg(indexdef ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'public'"
    assert target.ask(indexes) == source.ask(indexes)


async def test_every_table_is_kept_or_left_out_on_purpose(source: Stored, folder: BackupFolder) -> None:
    made = await source.back_up(folder)
    kept = {table.name for table in made.manifest.tables}
    everything = source.ask("SELECT array_agg(relname::text) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
    assert isinstance(everything, list)
    assert kept | LEFT_OUT == set(everything)
    assert not kept & LEFT_OUT


async def test_what_is_there_is_not_copied_again(source: Stored, folder: BackupFolder) -> None:
    await source.fill("first")
    await source.back_up(folder)
    await source.fill("second")
    made = await source.back_up(folder)
    assert (made.copied.objects, made.copied.new) == (2 * FILES, FILES)
    assert verify(folder, Progress()).backups == 2


async def test_a_smaller_picture_that_was_made_anew_is_copied_again(source: Stored, target: Stored, folder: BackupFolder) -> None:
    map_id = await source.fill()
    digest = source.ask("SELECT sha256 FROM content ORDER BY sha256 LIMIT 1")
    assert isinstance(digest, bytes)
    key = rendition_key(map_id, digest, 400)
    async with source.database() as database, database.writing() as session:
        row = {"m": map_id, "d": digest}
        await session.execute(text("INSERT INTO rendition VALUES (:m, :d, 400, 300, 'image/webp', 5)"), row)
    await source.objects.put(key, b"small", "image/webp")
    await source.back_up(folder)
    same = await source.back_up(folder)
    assert same.copied.new == 0
    await source.objects.put(key, b"other", "image/webp")
    made = await source.back_up(folder)
    assert made.copied.new == 1
    await target.restore(folder)
    assert (await target.object_hashes())[key] == (await source.object_hashes())[key]


async def test_objects_stay_while_a_backup_copies_them(source: Stored, folder: BackupFolder) -> None:
    map_id = await source.fill()
    async with source.database() as database:
        with snapshot(source.url) as taken:
            named = [content_key(each.map_id, each.sha256) for each in taken.objects()]
            taken.close()
            async with database.writing() as session:
                await session.execute(
                    text("UPDATE map SET trashed_at = now() - interval '40 days', created_at = created_at - interval '1 day'")
                )
            left_over = await put_content(source.objects, map_id, b"named by no row", "text/plain")
            assert await purge_maps(database, source.objects) == 0
            assert (await collect(database, source.objects, older_than=NOW)).objects == 0
            assert len(named) == FILES
            for key in [*named, content_key(map_id, left_over)]:
                assert (await source.objects.stat(key)).key == key
        assert (await collect(database, source.objects, older_than=NOW)).objects == 1
        assert await purge_maps(database, source.objects) == 1
    assert await source.object_hashes() == {}


async def test_two_backups_of_a_site_are_not_made_at_once(source: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contextualise.repository.backups.lease._PATIENCE", "50ms")
    with snapshot(source.url), pytest.raises(LeaseTaken), snapshot(source.url):
        pass


async def test_a_backup_waits_for_whoever_is_deleting(source: Stored) -> None:
    def take() -> None:
        with snapshot(source.url):
            pass

    async with source.database() as database:
        async with database.writing() as session:
            assert await may_delete_objects(session)
            taking = asyncio.create_task(asyncio.to_thread(take))
            while not source.ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()"):
                await asyncio.sleep(0.01)
            assert not taking.done()
        await taking


async def test_missing_and_damaged_objects_are_told_and_the_rest_is_kept(source: Stored, target: Stored, folder: BackupFolder) -> None:
    await source.fill()
    lost, damaged, *_ = sorted(await source.object_hashes())
    await source.objects.delete(lost)
    await source.objects.put(damaged, b"something else", "text/plain")
    made = await source.back_up(folder)
    assert (made.copied.missing_count, made.copied.missing, made.manifest.missing) == (2, [lost, damaged], 2)
    assert verify(folder, Progress()).problems == []
    restored = await target.restore(folder)
    assert (restored.objects, restored.missing) == (FILES - 2, 2)


class Parting(FolderStore):
    """A real store that ends the backup's connection when it is first read from, and loses an object as a collector would."""

    def __init__(self, source: Stored, root: Path) -> None:
        super().__init__(root)
        self._source = source
        self._left = 1

    async def open(self, key: str, offset: int = 0, length: int | None = None) -> Opened:
        if self._left:
            self._left -= 1
            here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
            holder = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = {here}"
            assert self._source.ask(f"SELECT pg_terminate_backend(({holder}), 5000)")
            await self.delete(key)
        return await super().open(key, offset, length)


async def test_a_backup_that_lost_its_hold_and_an_object_is_none(source: Stored, folder: BackupFolder, tmp_path: Path) -> None:
    await source.fill()
    parting = Stored(source.url, Parting(source, tmp_path / "source"))
    with pytest.raises(BackupError, match="connection to the database was lost"):
        await parting.back_up(folder)
    assert folder.complete() == folder.unfinished() == []


async def test_killed_it_leaves_no_backup_and_goes_on_from_there(source: Stored, folder: BackupFolder, tmp_path: Path) -> None:
    await source.fill()
    storage = tmp_path / "storage"
    (tmp_path / "source").rename(tmp_path / "objects")
    storage.mkdir()
    (storage / "objects").symlink_to(tmp_path / "objects")
    last = max(path for path in (tmp_path / "objects" / "maps").rglob("*") if path.is_file())
    bytes_of_last = last.read_bytes()
    last.unlink()
    os.mkfifo(last)  # reading it waits for ever
    process = subprocess.Popen(command(folder), env=environment(source, storage))
    eventually(lambda: len(list(folder.all_objects())) == FILES - 1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert folder.complete() == []
    assert len(folder.unfinished()) == 1
    with pytest.raises(BackupError, match="no backup in it was finished"):
        verify(folder, Progress())
    last.unlink()
    last.write_bytes(bytes_of_last)
    # What the killed one copied may not have reached the disk whole.
    torn = next(folder.all_objects())
    torn.write_bytes(bytes(len(torn.read_bytes())))
    done = subprocess.run(command(folder), env=environment(source, storage), check=True, capture_output=True)
    assert b"4 files" in done.stdout
    assert b"(2 new" in done.stdout, "the torn one and the one that was not copied"
    assert verify(folder, Progress()).problems == []
    assert folder.unfinished() == []


async def test_a_full_disk_is_told_and_leaves_no_backup(source: Stored, folder: BackupFolder, tmp_path: Path) -> None:
    await source.fill()
    (tmp_path / "storage").mkdir()
    (tmp_path / "source").rename(tmp_path / "storage" / "objects")

    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    done = subprocess.run(
        command(folder),
        env=environment(source, tmp_path / "storage"),
        preexec_fn=no_room,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "No backup was made." in done.stderr
    assert "Traceback" not in done.stderr
    assert folder.complete() == folder.unfinished() == []


async def test_too_little_room_is_said_before_anything_is_copied(
    source: Stored, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    await source.fill()
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 50_000_001})())
    with pytest.raises(BackupError, match="MB are free"):
        await source.back_up(folder)
    assert list(folder.all_objects()) == folder.complete() == folder.unfinished() == []


class Slow(FolderStore):
    """A real store that takes longer than the database lets a transaction wait."""

    async def check(self) -> None:
        await asyncio.sleep(1.5)
        await super().check()


async def test_a_database_that_gives_up_what_takes_long_does_not_give_up_a_backup(
    source: Stored, target: Stored, folder: BackupFolder, tmp_path: Path
) -> None:
    await source.fill()
    for site in (source, target):
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            name = str(site.ask("SELECT current_database()"))
            site.ask(sql.SQL("ALTER DATABASE {} SET {} = '1s'").format(sql.Identifier(name), sql.Identifier(limit)))
    with psycopg.connect(source.url, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE audit")
        making = asyncio.create_task(source.back_up(folder))
        for_long = "wait_event_type = 'Lock' AND datname = current_database() AND clock_timestamp() > query_start + interval '1.5 s'"
        waiting = f"SELECT count(*) FROM pg_stat_activity WHERE {for_long}"
        async with asyncio.timeout(60):
            while not source.ask(waiting):
                await asyncio.sleep(0.1)
        connection.execute("COMMIT")
    await making
    slow = Stored(target.url, Slow(tmp_path / "target"))
    assert (await slow.restore(folder)).objects == FILES


async def test_another_folder_is_left_alone(source: Stored, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("Dear Ada")
    with pytest.raises(BackupError, match="is not empty and holds no backups"):
        await source.back_up(BackupFolder(tmp_path / "full"))
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


async def test_old_backups_go_with_what_only_they_had(source: Stored, target: Stored, folder: BackupFolder) -> None:
    await source.fill("first")
    await source.back_up(folder)
    async with source.database() as database:
        async with database.writing() as session:
            await session.execute(text("UPDATE map SET trashed_at = now() - interval '40 days'"))
        await purge_maps(database, source.objects)
    await source.fill("second")
    await source.back_up(folder)
    assert prune(folder, keep=2) == (0, 0)
    assert prune(folder, keep=1) == (1, FILES)
    assert verify(folder, Progress()).problems == []
    assert (await target.restore(folder)).objects == FILES
