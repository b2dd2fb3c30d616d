"""Content in the object store, under the SHA-256 of its bytes."""

from hashlib import sha256

from contextualise.domain.errors import NotFound
from contextualise.objects import ObjectMissing, ObjectStore


def content_key(map_id: int, digest: bytes) -> str:
    """The key of an object."""
    return f"maps/{map_id}/{digest.hex()}"


def rendition_key(map_id: int, digest: bytes, width: int) -> str:
    """The key of a smaller picture of a content."""
    return f"maps/{map_id}/renditions/{digest.hex()}-{width}"


async def put_content(objects: ObjectStore, map_id: int, data: bytes, media_type: str) -> bytes:
    """Keep bytes for a map; returns their SHA-256. They stay as long as a row names them: write that next."""
    digest = sha256(data).digest()
    await objects.put(content_key(map_id, digest), data, media_type)
    return digest


async def read_content(objects: ObjectStore, map_id: int, digest: bytes) -> bytes:
    """The bytes; raises `NotFound` where the store has lost them."""
    try:
        opened = await objects.open(content_key(map_id, digest))
    except ObjectMissing as missing:
        raise NotFound("This content is missing in the store of files. Tell whoever runs this site.") from missing
    return b"".join([chunk async for chunk in opened.chunks])


async def read_source(objects: ObjectStore, map_id: int, digest: bytes) -> str:
    """The Markdown of a text as it was written; raises `NotFound`."""
    return (await read_content(objects, map_id, digest)).decode("utf-8", "replace")
