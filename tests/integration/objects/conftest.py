"""Both stores, over a real folder and a real S3 server."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from contextualise.embedded.seaweedfs import SeaweedS3
from contextualise.objects import FolderStore, ObjectStore
from contextualise.objects.s3 import S3Store
from tests import services
from tests.integration.objects.places import listed, place_on


@pytest.fixture(scope="session")
def s3() -> Iterator[SeaweedS3]:
    """One server for these tests; all share it."""
    with services.s3_server() as server:
        yield server


@pytest.fixture(params=["folder", "s3"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ObjectStore]:
    """Each store in turn, empty."""
    if request.param == "folder":
        yield FolderStore(tmp_path / "objects")
        return
    # One bucket for all: the server sets aside room for each bucket, and has little.
    store = S3Store(place_on(request.getfixturevalue("s3"), bucket="contract"))
    yield store
    for key, _ in await listed(store):
        await store.delete(key)
