"""What a supervisor is told: ready only when everything is there, alive as long as the process answers."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from contextualise.app import create_app
from contextualise.repository.database import Database
from contextualise.settings import load_settings
from contextualise.web import health
from tests.web import Site
from tests.whole import asked_here

KEY = "kXw0p3Zr8vLq5Tn2Yb7Jc9Hd4Gf6Sa1M"


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    settings = load_settings({"DATABASE_URL": database_url, "SECRET_KEY": KEY, "STORAGE": str(tmp_path / "storage")})
    (tmp_path / "storage").mkdir()
    async with asked_here(create_app(settings, with_jobs=False)) as site:
        yield site


async def check(site: Site, status: int, **parts: str) -> None:
    """The answer of /readyz; /healthz stays."""
    answer = await site.anonymous.get("/readyz")
    told = {"status": "ready" if status == 200 else "not ready", "database": "ok", "objects": "ok", "disk": "ok", **parts}
    assert (answer.status_code, answer.json()) == (status, told)
    alive = await site.anonymous.get("/healthz")
    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})


async def test_ready_when_everything_is_there(site: Site) -> None:
    await check(site, 200)
    assert (await site.anonymous.request("HEAD", "/readyz")).status_code == 200


async def test_not_ready_behind_a_migration(site: Site, database: Database) -> None:
    async with database.writer.connect() as connection:
        found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
    try:
        for wrong in ("UPDATE alembic_version SET version_num = '0000'", "DELETE FROM alembic_version"):
            async with database.writer.begin() as connection:
                await connection.execute(text(wrong))
            await check(site, 503, database="failed")
    finally:
        async with database.writer.begin() as connection:
            await connection.execute(text("DELETE FROM alembic_version"))
            await connection.execute(text("INSERT INTO alembic_version VALUES (:found)"), {"found": found})
    await check(site, 200)


async def test_not_ready_without_the_database(tmp_path: Path) -> None:
    nowhere = "postgresql://nobody:secret-word@127.0.0.1:1/none"
    settings = load_settings({"DATABASE_URL": nowhere, "SECRET_KEY": KEY, "STORAGE": str(tmp_path)})
    async with asked_here(create_app(settings, with_jobs=False)) as site:
        await check(site, 503, database="failed")
        assert "secret-word" not in (await site.anonymous.get("/readyz")).text


async def test_not_ready_where_objects_cannot_be_written(site: Site, tmp_path: Path) -> None:
    objects = tmp_path / "storage" / "objects"
    shutil.rmtree(objects, ignore_errors=True)
    objects.write_text("a file where the folder should be, which stops even the superuser")
    await check(site, 503, objects="failed")
    objects.unlink()
    await check(site, 200)


async def test_not_ready_when_the_disk_is_nearly_full(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 62)
    await check(site, 503, disk="failed")
