"""Finds what is not as it should be; changes nothing."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.base_topics import BY_SLUG, base_ids
from contextualise.domain.texts import content_key
from contextualise.lib.values import ValueRefused, check
from contextualise.objects import ObjectStore
from contextualise.repository.doctor import INVARIANTS, rows, violations_of
from contextualise.repository.doctor.rows import Projected
from contextualise.repository.links import link_slug
from contextualise.repository.names import name_key

Reader = AsyncSession | AsyncConnection


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault in one map. What is only left over (`is_fault` is false) does no harm and takes space."""

    map_id: int
    kind: str
    sentence: str
    count: int
    examples: Sequence[str]
    is_fault: bool = True


async def check_map(session: Reader, map_id: int) -> list[Finding]:
    """The faults in the rows of a map; none in a sound one."""
    findings = []
    for kind, (sentence, _) in INVARIANTS.items():
        found = await violations_of(session, map_id, kind)
        findings += [Finding(map_id, kind, sentence, found.count, found.examples)] if found.count else []
    for kind, sentence, examples in (
        ("base-topics-missing", "base topics that the map lacks", await _missing_base_topics(session, map_id)),
        ("name-key", "names that are looked up under a wrong key", await _wrong_name_keys(session, map_id)),
        ("value-projection", "values whose number, time or place is not theirs", await _wrong_projections(session, map_id)),
        ("link-key", "links in texts that are looked up under a wrong key", await _wrong_link_keys(session, map_id)),
    ):
        findings += [Finding(map_id, kind, sentence, len(examples), examples[:5])] if examples else []
    return findings


async def check_objects(session: Reader, objects: ObjectStore, maps: Collection[int]) -> list[Finding]:
    """Compare the object store with what these maps name in it.

    The objects are listed first: one whose row is written meanwhile is not taken for left over.
    """
    there = {stored.key: stored.size async for stored in objects.keys("maps/")}
    findings: list[Finding] = []
    wanted: Counter[str] = Counter()
    for map_id in maps:
        contents = await rows.contents_of(session, map_id)
        keys = {content_key(map_id, digest): size for digest, size in contents.items()}
        pictures = {content_key(map_id, digest) for digest in await rows.pictures_of(session, map_id)}
        wanted.update([*keys, *pictures])
        findings += _compared(map_id, keys, there)
    orphans = sorted(set(there) - set(wanted))
    if orphans:
        findings.append(Finding(0, "object-unneeded", "objects in the store that no row names", len(orphans), orphans[:5], is_fault=False))
    return findings


def _compared(map_id: int, keys: dict[str, int], there: dict[str, int]) -> Iterator[Finding]:
    missing = sorted(key for key in keys if key not in there)
    if missing:
        yield Finding(map_id, "object-missing", "texts or files whose content is missing in the store", len(missing), missing[:5])
    wrong = sorted(key for key, size in keys.items() if size >= 0 and key in there and there[key] != size)
    if wrong:
        yield Finding(map_id, "object-size", "texts or files whose content has another size", len(wrong), wrong[:5])


async def _missing_base_topics(session: Reader, map_id: int) -> list[str]:
    return sorted(set(BY_SLUG) - set(await base_ids(session, map_id)))


async def _wrong_name_keys(session: Reader, map_id: int) -> list[str]:
    return [f"name {row.id}" async for batch in rows.name_keys(session, map_id) for row in batch if row.key != name_key(row.value)]


async def _wrong_projections(session: Reader, map_id: int) -> list[str]:
    return [f"occurrence {row.id}" async for batch in rows.projections(session, map_id) for row in batch if row != projected(row)]


async def _wrong_link_keys(session: Reader, map_id: int) -> list[str]:
    found = await rows.links_of(session, map_id)
    return [row.target for row in found if (row.key, row.slug) != (name_key(row.target), link_slug(row.target))]


def projected(row: Projected) -> Projected:
    """The row with the projections that belong to its value; another program's value that does not fit its datatype has none."""
    try:
        made = check(row.datatype, row.value)
    except ValueRefused:
        return Projected(row.id, row.datatype, row.value, None, None, None, None, None)
    return Projected(row.id, row.datatype, row.value, made.num, made.t_from, made.t_to, made.lat, made.lon)
