"""Where a backup may be put, and that an older one is brought forward."""

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from contextualise.domain.backups import BackupError, BackupFolder
from contextualise.objects.s3 import S3Store
from contextualise.repository.database import sqlalchemy_url
from contextualise.repository.migrate import head, upgrade, upgrade_on
from tests import services
from tests.integration.backups.conftest import Stored
from tests.integration.objects.places import place_on


async def test_a_site_with_people_is_not_replaced_unless_it_is_said(source: Stored, target: Stored, folder: BackupFolder) -> None:
    await source.fill()
    await source.back_up(folder)
    upgrade(target.url)
    await target.restore(folder)
    first = target.tables()
    with pytest.raises(BackupError, match=r"is not empty\. Say --replace"):
        await target.restore(folder)
    assert target.tables() == first
    await source.fill("more")
    await source.back_up(folder)
    await target.restore(folder, replace=True)
    assert target.tables() == source.tables()
    await target.restore(folder, replace=True, name=folder.complete()[0].name)
    assert target.tables() == first
    with pytest.raises(BackupError, match="there is no backup yesterday"):
        await target.restore(folder, replace=True, name="yesterday")


async def test_tables_of_another_program_are_left_alone(source: Stored, target: Stored, folder: BackupFolder) -> None:
    await source.back_up(folder)
    with psycopg.connect(target.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE ledger (amount integer)")
    with pytest.raises(BackupError, match="has tables of another program"):
        await target.restore(folder)
    assert target.ask("SELECT count(*) FROM ledger") == 0


async def test_a_database_in_use_is_left_alone(source: Stored, target: Stored, folder: BackupFolder) -> None:
    await source.back_up(folder)
    with psycopg.connect(target.url), pytest.raises(BackupError, match=r"is in use by 1 others\. Stop the server first\."):
        await target.restore(folder, replace=True)


async def test_an_older_backup_is_brought_to_this_version(source: Stored, target: Stored, folder: BackupFolder) -> None:
    with services.postgres_url() as server, services.database(server) as url:
        engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
        with engine.begin() as connection:
            upgrade_on(connection, "0003")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("INSERT INTO app_user (email, email_key, name) VALUES ('a@example.org', 'a@example.org', 'Ada')")
            connection.execute("INSERT INTO map (owner_id, title, base_iri) SELECT id, 'Old', 'urn:old' FROM app_user")
        made = await Stored(url, source.objects).back_up(folder)
        assert made.manifest.revision == "0003"
    await target.restore(folder)
    assert target.ask("SELECT version_num FROM alembic_version") == head()
    # What a later migration does to rows was done to these.
    assert target.ask("SELECT title FROM map m JOIN app_user u ON u.id = m.owner_id WHERE u.confirmed_at = u.created_at") == "Old"


async def test_a_backup_of_a_later_version_is_refused(
    source: Stored, target: Stored, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(source.url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await source.back_up(folder)
    with pytest.raises(BackupError, match="by a later version"):
        await target.restore(folder)


async def test_from_a_folder_to_an_s3_server_and_back(source: Stored, target: Stored, folder: BackupFolder) -> None:
    await source.fill("Vissi d'arte" * 150_000)  # larger than what is put in one piece
    await source.back_up(folder)
    with services.s3_server() as server:
        on_s3 = Stored(target.url, S3Store(place_on(server, bucket="restored")))
        await on_s3.restore(folder)
        assert await on_s3.object_hashes() == await source.object_hashes()
        again = BackupFolder(folder.root.with_name("again"))
        made = await on_s3.back_up(again)
        assert made.copied.new == made.copied.objects == 4
        await target.restore(again, replace=True)
        assert await target.object_hashes() == await source.object_hashes()
        assert target.tables() == source.tables()
