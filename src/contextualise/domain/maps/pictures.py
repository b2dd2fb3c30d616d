"""The picture of a map: one image in the object store, from which the small one of lists is made."""

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.collecting import ensure_kept
from contextualise.domain.errors import Invalid
from contextualise.domain.texts.content import content_key, put_content, read_content
from contextualise.lib.images import MEDIA_TYPE, ImageRefused, Prepared, prepare_image
from contextualise.objects import ObjectStore
from contextualise.repository.contents import keep_content
from contextualise.repository.leftovers import lock_map

PICTURE_BYTES = 10_000_000
PICTURE_TYPE = MEDIA_TYPE
SMALL_KEPT = 256


class Keep(Enum):
    """That a map keeps the picture it has."""

    KEEP = "keep"


KEEP = Keep.KEEP

# One at a time: a picture of fifty million points takes two hundred megabytes while it is read.
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")
_small: OrderedDict[bytes, bytes] = OrderedDict()


async def prepare_picture(data: bytes) -> bytes:
    """An uploaded picture as it is kept; raises `Invalid` for the field `image`."""
    if len(data) > PICTURE_BYTES:
        raise Invalid({"image": f"This picture has {len(data) / 1_000_000:.1f} MB; at most {PICTURE_BYTES // 1_000_000} MB are taken."})
    try:
        return (await _prepared(data)).large.data
    except ImageRefused as refusal:
        raise Invalid({"image": str(refusal)}) from refusal


async def keep_picture(session: AsyncSession, objects: ObjectStore, map_id: int, picture: bytes) -> bytes:
    """Keep a prepared picture for a map; returns its SHA-256, to be written to the map's row next."""
    digest = await put_content(objects, map_id, picture, MEDIA_TYPE)
    await lock_map(session, map_id)
    await ensure_kept(objects, content_key(map_id, digest), lambda: put_content(objects, map_id, picture, MEDIA_TYPE))
    await keep_content(session, map_id, digest, media_type=MEDIA_TYPE, size=len(picture))
    return digest


async def read_picture(objects: ObjectStore, map_id: int, sha256: bytes, *, small: bool = False) -> bytes:
    """The picture as WebP, the small one at most 400 pixels wide; raises `NotFound` where the store has lost it."""
    if not small:
        return await read_content(objects, map_id, sha256)
    made = _small.get(sha256)
    if made is None:
        made = (await _prepared(await read_content(objects, map_id, sha256))).small.data
        _small[sha256] = made
        while len(_small) > SMALL_KEPT:
            _small.popitem(last=False)
    return made


async def _prepared(data: bytes) -> Prepared:
    return await asyncio.get_running_loop().run_in_executor(_THREAD, prepare_image, data)
