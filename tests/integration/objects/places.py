"""Where a test's objects are, and what is in there."""

import secrets
from dataclasses import dataclass

from contextualise.embedded.seaweedfs import SeaweedS3
from contextualise.objects import ObjectStore


@dataclass(frozen=True)
class Place:
    """A bucket on a test's server."""

    address: str
    access_key: str
    secret_key: str
    bucket: str
    secure: bool = False
    region: str = "us-east-1"


def place_on(server: SeaweedS3, **changes: str) -> Place:
    own = {"access_key": server.access_key, "secret_key": server.secret_key, "bucket": f"test-{secrets.token_hex(6)}"}
    return Place(server.endpoint.removeprefix("http://"), **(own | changes))


async def listed(store: ObjectStore, prefix: str = "") -> list[tuple[str, int]]:
    return [(found.key, found.size) async for found in store.keys(prefix)]
