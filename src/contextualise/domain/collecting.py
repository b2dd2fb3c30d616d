"""Takes away what the object store keeps and no row names: never a row without its object, whoever saves the same bytes meanwhile.

Every object is put before its row, so that a crash or a refusal in between leaves an object and never a row without one. What is left
so goes when it is a day old. Keys are hashes of contents, so somebody may save at this very moment what is just being taken away.
Both sides keep to two rules, and any order of their steps is safe:

- whoever saves puts the object, locks the map (`history.begin`), and only then makes sure that the object is still there
  (`ensure_kept`), before a row names it;
- whoever collects locks the map, looks again whether a row names the object and whether it is still old, and deletes it under the lock.

A backup holds off all deleting until it has copied what the rows of its snapshot name, also what they do not name any more.

Whoever examines a picture for minutes does not lock the map but the picture's row, before anything is put: what belongs to a picture in
work is left alone.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from contextualise.objects import ObjectMissing, ObjectStore, StoredObject
from contextualise.repository import leftovers
from contextualise.repository.backups.lease import may_delete_objects
from contextualise.repository.database import Database

YOUNG = timedelta(days=1)
"""How long an object may wait for its row: no save and no upload takes so long."""

_BATCH = 1000
_AT_A_TIME = 50  # what is deleted while one map is locked: a moment, also where the store is on another machine


@dataclass(frozen=True, slots=True)
class Collected:
    """What was taken away."""

    objects: int = 0
    bytes: int = 0

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(self.objects + other.objects, self.bytes + other.bytes)


async def ensure_kept(objects: ObjectStore, key: str, put_again: Callable[[], Awaitable[object]]) -> None:
    """Make sure that an object is there which was put before the map was locked; call it after that and before a row names it.

    Raises `StoreUnavailable`, in which case the row must not be written.
    """
    try:
        await objects.stat(key)
    except ObjectMissing:
        await put_again()


async def collect(database: Database, objects: ObjectStore, *, older_than: timedelta = YOUNG) -> Collected:
    """Delete the objects that no row names and that are older; returns what they were. Safe to run twice and beside itself.

    Left alone are objects of maps that this database never had, or that are older than their map: they belong to another site that uses
    the same store, or to a backup that is still to be restored. Raises `StoreUnavailable`; what is deleted by then stays so.
    """
    await objects.check()
    now = datetime.now(UTC)
    before = now - older_than
    await objects.forget_unfinished(now - max(older_than, YOUNG))  # no lock holds off whoever still writes
    async with database.reading() as connection:
        awaited = await leftovers.awaited_uploads(connection)
    total, pile = Collected(), list[StoredObject]()
    async for stored in objects.keys():
        if stored.modified_at < before and stored.key not in awaited:
            pile.append(stored)
        if len(pile) >= _BATCH:
            total += await _collect_pile(database, objects, pile, before)
            pile = []
    return total + await _collect_pile(database, objects, pile, before)


_CONTENT = re.compile(r"maps/(?P<map>[1-9][0-9]{0,17})/(?P<digest>[0-9a-f]{64})")
_RENDITION = re.compile(r"maps/(?P<map>[1-9][0-9]{0,17})/renditions/(?P<digest>[0-9a-f]{64})-(?P<width>[1-9][0-9]{0,8})")
_UPLOAD = re.compile(r"(imports|incoming)/.+")


@dataclass(frozen=True, slots=True)
class Placed:
    """An object by what its key says: a content or, with a width, a rendition of a map."""

    stored: StoredObject
    map_id: int
    digest: bytes
    width: int | None


def placed(stored: StoredObject) -> Placed | None:
    """Which map an object belongs to and what it is there; None for what belongs to none."""
    found = _CONTENT.fullmatch(stored.key) or _RENDITION.fullmatch(stored.key)
    if found is None:
        return None
    parts = found.groupdict()
    return Placed(stored, int(parts["map"]), bytes.fromhex(parts["digest"]), int(parts["width"]) if "width" in parts else None)


async def _collect_pile(database: Database, objects: ObjectStore, pile: Collection[StoredObject], before: datetime) -> Collected:
    total = Collected()
    for stored in pile:
        if _UPLOAD.fullmatch(stored.key):  # under a name that nobody else can give: no lock is needed
            total += await _delete(objects, stored)
    of_maps = sorted((found for stored in pile if (found := placed(stored))), key=lambda found: found.map_id)
    for map_id, group in groupby(of_maps, lambda found: found.map_id):
        total += await _collect_from(database, objects, map_id, list(group), before)
    return total


async def _collect_from(database: Database, objects: ObjectStore, map_id: int, found: list[Placed], before: datetime) -> Collected:
    async with database.reading() as connection:
        owner = await leftovers.owner_of(connection, map_id)
        if not owner.was_there:
            return Collected()
        if owner.created_at is not None:
            since = owner.created_at
            found = [each for each in found if each.stored.modified_at >= since]
        unnamed = await _unnamed(connection, map_id, found)
    total = Collected()
    for start in range(0, len(unnamed), _AT_A_TIME):
        some = unnamed[start : start + _AT_A_TIME]
        async with database.writing() as session:
            if not await may_delete_objects(session):
                return total  # a backup is copying what its snapshot names; next time will do
            await leftovers.lock_map(session, map_id)
            busy = await leftovers.busy_contents(session, map_id, {each.digest for each in some if each.width is not None})
            for each in await _unnamed(session, map_id, some):
                if each.width is None or each.digest not in busy:
                    total += await _delete_old(objects, each.stored.key, before)
    return total


async def _unnamed(connection: leftovers.Reader, map_id: int, found: Iterable[Placed]) -> list[Placed]:
    found = list(found)
    digests = {each.digest for each in found if each.width is None}
    renditions = {(each.digest, each.width) for each in found if each.width is not None}
    named = await leftovers.named_contents(connection, map_id, digests) if digests else set()
    made = await leftovers.named_renditions(connection, map_id, renditions) if renditions else set()
    return [each for each in found if (each.digest not in named if each.width is None else (each.digest, each.width) not in made)]


async def _delete_old(objects: ObjectStore, key: str, before: datetime) -> Collected:
    """Delete an object unless it was put again since it was listed."""
    try:
        stored = await objects.stat(key)
    except ObjectMissing:
        return Collected()
    return await _delete(objects, stored) if stored.modified_at < before else Collected()


async def _delete(objects: ObjectStore, stored: StoredObject) -> Collected:
    await objects.delete(stored.key)
    return Collected(1, stored.size)
