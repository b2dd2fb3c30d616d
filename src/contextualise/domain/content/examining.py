"""Pictures are looked at after they have been kept: how large they are, whether they are whole, and their smaller copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.collecting import ensure_kept
from contextualise.domain.content.storing import rendition_key
from contextualise.lib.images import MEDIA_TYPE
from contextualise.lib.kinds import IMAGES
from contextualise.objects import ObjectStore
from contextualise.repository import jobs, renditions
from contextualise.repository.leftovers import lock_map
from contextualise.repository.renditions import Unexamined

EXAMINE = "examine"


@dataclass(frozen=True, slots=True)
class Copy:
    """A smaller copy of a picture in WebP."""

    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about a picture; `problem` is why it has no copies, in words for a person."""

    width: int | None = None
    height: int | None = None
    copies: Sequence[Copy] = ()
    problem: str | None = None


async def examine_later(session: AsyncSession, map_id: int, user_id: int | None) -> None:
    """See to it that new pictures of a map are looked at; one waiting job does for all, however many come meanwhile."""
    if not await renditions.is_waiting(session, EXAMINE, map_id):
        await jobs.add_job(session, EXAMINE, user_id=user_id, map_id=map_id, arguments={})


async def examine_forgotten(session: AsyncSession) -> int:
    """Do so for all maps whose pictures nobody looks at, such as imported ones; returns how many maps there were."""
    maps = await renditions.maps_to_examine(session, EXAMINE, IMAGES)
    for map_id in maps:
        await jobs.add_job(session, EXAMINE, user_id=None, map_id=map_id, arguments={})
    return len(maps)


async def next_picture(session: AsyncSession, map_id: int) -> Unexamined | None:
    """A picture of the map to look at; nobody else looks at it while the transaction lasts."""
    return await renditions.claim_unexamined(session, map_id, IMAGES)


async def keep_finding(session: AsyncSession, objects: ObjectStore, map_id: int, sha256: bytes, finding: Finding) -> None:
    """Keep the copies, then write what was found out. Raises `objects.StoreUnavailable`; safe to do again."""
    copies = await _put(objects, map_id, sha256, finding.copies)
    found = {"width": finding.width, "height": finding.height, "problem": finding.problem}
    await renditions.note_examined(session, map_id, sha256, **found, copies=copies)  # type: ignore[arg-type]  # each of its own type


async def keep_poster(session: AsyncSession, objects: ObjectStore, map_id: int, sha256: bytes, poster: Finding) -> None:
    """Keep a picture that stands for a film or a scene, in place of the one there was; raises `objects.StoreUnavailable`."""
    copies = await _put(objects, map_id, sha256, poster.copies)
    await lock_map(session, map_id)
    for copy in poster.copies:
        await ensure_kept(objects, rendition_key(map_id, sha256, copy.width), partial(_put, objects, map_id, sha256, [copy]))
    await renditions.replace_renditions(session, map_id, sha256, copies)
    await renditions.note_size(session, map_id, sha256, poster.width, poster.height)
    await renditions.renew_pages(session, map_id)


async def _put(objects: ObjectStore, map_id: int, sha256: bytes, copies: Sequence[Copy]) -> list[renditions.Copy]:
    for copy in copies:
        await objects.put(rendition_key(map_id, sha256, copy.width), copy.data, MEDIA_TYPE)
    return [renditions.Copy(copy.width, copy.height, MEDIA_TYPE, len(copy.data)) for copy in copies]
