"""Compares the object store with the rows that name what is in it, both ways."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from contextualise.domain.collecting import placed
from contextualise.domain.content.storing import content_key, rendition_key
from contextualise.domain.doctor.findings import Finding
from contextualise.objects import ObjectMissing, ObjectStore, StoredObject
from contextualise.repository.doctor import inventory
from contextualise.repository.doctor.inventory import Lying, Named, Reader, Usage

_BATCH = 5000
_MOST_ASKED = 1000


@dataclass(frozen=True, slots=True)
class Storage:
    """What was found in the store, and how much lies there."""

    findings: Sequence[Finding]
    usage: Sequence[Usage]


async def check_storage(connection: Reader, objects: ObjectStore, maps: Collection[int]) -> Storage:
    """Compare the object store with what these maps name in it, on a site that may be at work.

    The objects are listed first: one whose row is written meanwhile is not taken for left over. One that was put since is asked for once
    more before it is called missing.
    """
    async with _inventory(connection, objects):
        missing = await _really_missing(objects, await inventory.missing(connection, maps))
        findings = [
            *_told("object-missing", "texts or files whose content is missing in the store", [each for each in missing if not each.width]),
            *_told("rendition-missing", "smaller pictures that are missing in the store", [each for each in missing if each.width]),
            *_told("object-size", "texts or files whose content has another size", await inventory.wrong_sizes(connection, maps)),
        ]
        left = await inventory.unneeded(connection)
        if left.count:
            sentence = "objects in the store that no row names; they are collected when they are a day old"
            findings.append(Finding(0, "object-unneeded", sentence, left.count, left.examples, is_fault=False))
        return Storage(findings, await inventory.usage(connection))


async def check_objects(connection: Reader, objects: ObjectStore, maps: Collection[int]) -> Sequence[Finding]:
    """What `check_storage` finds, alone."""
    return (await check_storage(connection, objects, maps)).findings


@asynccontextmanager
async def _inventory(connection: Reader, objects: ObjectStore) -> AsyncIterator[None]:
    await inventory.make_inventory(connection)
    try:
        batch: list[Lying] = []
        async for stored in objects.keys():
            batch.append(_lying(stored))
            if len(batch) == _BATCH:
                await inventory.add_to_inventory(connection, batch)
                batch = []
        await inventory.add_to_inventory(connection, batch)
        await inventory.settle_inventory(connection)
        yield
    finally:
        await inventory.drop_inventory(connection)


def _lying(stored: StoredObject) -> Lying:
    place = placed(stored)
    if place is None:
        return Lying(stored.key, stored.size, None, None)
    return Lying(stored.key, stored.size, place.map_id, place.digest, place.width or 0)


async def _really_missing(objects: ObjectStore, missing: Sequence[Named]) -> list[Named]:
    if len(missing) > _MOST_ASKED:  # no save in between explains so many
        return list(missing)
    return [each for each in missing if not await _is_there(objects, key_of(each))]


async def _is_there(objects: ObjectStore, key: str) -> bool:
    try:
        await objects.stat(key)
    except ObjectMissing:
        return False
    return True


def key_of(named: Named) -> str:
    """The key of what a row names."""
    return rendition_key(named.map_id, named.digest, named.width) if named.width else content_key(named.map_id, named.digest)


def _told(kind: str, sentence: str, found: Iterable[Named]) -> list[Finding]:
    by_map: dict[int, list[str]] = {}
    for each in found:
        by_map.setdefault(each.map_id, []).append(key_of(each))
    return [Finding(map_id, kind, sentence, len(keys), keys[:5]) for map_id, keys in by_map.items()]
