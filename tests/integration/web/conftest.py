"""One map that many tests only read, on a database of its own: making it takes longer than reading it."""

from collections.abc import AsyncIterator
from secrets import token_urlsafe

import pytest
from litestar.testing import AsyncTestClient

from contextualise.app import create_app
from contextualise.repository.migrate import upgrade
from contextualise.settings import load_settings
from tests import services
from tests.opera import Opera, make_opera
from tests.web import Site


@pytest.fixture(scope="session")
async def shared_operas(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Opera, Opera]]:
    """A private map and a published one; tests must not change them."""
    storage = tmp_path_factory.mktemp("storage")
    with services.postgres_url() as server, services.database(server) as url:
        upgrade(url)
        app = create_app(load_settings({"DATABASE_URL": url, "SECRET_KEY": token_urlsafe(32), "STORAGE": str(storage)}), with_jobs=False)
        async with AsyncTestClient(app, base_url="http://testserver.local") as client:
            site = Site(app, client)
            private, public = await make_opera(site), await make_opera(site, at="example.com")
            await public.publish()
            yield private, public


@pytest.fixture
def opera(shared_operas: tuple[Opera, Opera]) -> Opera:
    """The private map, with browsers that have seen nothing yet."""
    return fresh(shared_operas[0])


@pytest.fixture
def public_opera(shared_operas: tuple[Opera, Opera]) -> Opera:
    """The published map, with browsers that have seen nothing yet."""
    return fresh(shared_operas[1])


@pytest.fixture
async def own_opera(site: Site) -> Opera:
    """A map for one test to change."""
    return await make_opera(site)


def fresh(opera: Opera) -> Opera:
    """The same map and people; their browsers keep only that they are signed in."""
    for person in (opera.owner, opera.viewer, opera.stranger):
        person.cookies = {"session": person.cookies["session"]}
    return opera
