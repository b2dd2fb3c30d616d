"""The application over a real database and a folder of objects, with clients for each kind of person."""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from contextualise.app import create_app
from contextualise.repository.database import Database
from contextualise.settings import Settings, load_settings
from tests.histories.running import Runner
from tests.web import Person, Site


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a site for one test."""
    return load_settings({"DATABASE_URL": database_url, "SECRET_KEY": secrets.token_urlsafe(32), "STORAGE": str(tmp_path / "storage")})


@pytest.fixture
async def app(settings: Settings, emptied: Database) -> Litestar:
    """The application; jobs are run by the tests that need them."""
    return create_app(settings, with_jobs=False)


@pytest.fixture
async def site(app: Litestar) -> AsyncIterator[Site]:
    """The running application: `site.anonymous` and `await site.person(...)` are clients."""
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        yield Site(app, client)


@pytest.fixture
async def owner(site: Site) -> Person:
    """A signed-in person."""
    return await site.person("owner@example.org")


@pytest.fixture(scope="module")
def histories(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Runs random histories of a map, see `tests.histories`."""
    runner = Runner(database_url, tmp_path_factory.mktemp("objects"))
    yield runner
    runner.close()
