"""The two commands as somebody runs them on a server."""

import asyncio
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from contextualise.domain.texts import save_text
from contextualise.objects import FolderStore
from contextualise.repository.database import Database
from tests.factories import make_map, make_topics


async def command(name: str, url: str, storage: Path) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "SECRET_KEY": secrets.token_urlsafe(40), "STORAGE": str(storage)}
    code = "from contextualise.cli import main; main()"
    return await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code, name], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
async def map_id(emptied: Database, tmp_path: Path) -> int:
    async with emptied.writing() as session:
        map_id = await make_map(session)
        (topic,) = await make_topics(session, map_id, "Tosca")
        objects = FolderStore(tmp_path / "objects")
        await save_text(session, objects, map_id, None, topic, source="An *opera*.", expected=None)
    return map_id


async def test_doctor_finds_faults_and_reindex_mends_them(emptied: Database, database_url: str, tmp_path: Path, map_id: int) -> None:
    sound = await command("doctor", database_url, tmp_path)
    told = f"map {map_id}, Italian opera: 1 object, 11 bytes\nEverything is as it should be.\n"
    assert (sound.returncode, sound.stdout) == (0, told), sound
    async with emptied.writing() as session:
        await session.execute(text("UPDATE topic SET label = 'other' WHERE slug = 'tosca'"))
        await session.execute(text("UPDATE content SET html = ''"))
    ill = await command("doctor", database_url, tmp_path)
    assert ill.returncode == 1
    assert f"map {map_id}: 1 topics whose label or sort key is not that of their best name" in ill.stdout
    mended = await command("reindex", database_url, tmp_path)
    assert (mended.returncode, mended.stdout) == (0, "Everything is rebuilt.\n"), mended
    assert (await command("doctor", database_url, tmp_path)).returncode == 0
    async with emptied.reading() as connection:
        assert "<em>opera</em>" in (await connection.execute(text("SELECT html FROM content"))).scalar_one()


async def test_doctor_tells_what_the_store_lost(database_url: str, tmp_path: Path, map_id: int) -> None:
    for path in (tmp_path / "objects").rglob("*"):
        if path.is_file():
            path.unlink()
    ill = await command("doctor", database_url, tmp_path)
    assert ill.returncode == 1
    assert "content is missing in the store" in ill.stdout
    failed = await command("reindex", database_url, tmp_path)
    assert failed.returncode == 1
    assert "is missing in the store" in failed.stderr
