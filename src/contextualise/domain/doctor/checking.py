"""Finds what is not as it should be in the rows; changes nothing."""

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.base_topics import BY_SLUG, base_ids
from contextualise.domain.doctor.findings import Finding
from contextualise.lib.values import ValueRefused, check
from contextualise.repository.doctor import INVARIANTS, LEFT_OVER, rows, violations_of
from contextualise.repository.doctor.rows import Projected
from contextualise.repository.links import link_slug
from contextualise.repository.names import name_key

Reader = AsyncSession | AsyncConnection


async def check_map(session: Reader, map_id: int) -> list[Finding]:
    """The faults in the rows of a map, and what is left over there; nothing in a sound one."""
    findings = []
    for kind, (sentence, _) in INVARIANTS.items():
        found = await violations_of(session, map_id, kind)
        is_fault = kind not in LEFT_OVER
        findings += [Finding(map_id, kind, sentence, found.count, found.examples, is_fault)] if found.count else []
    for kind, sentence, examples in (
        ("base-topics-missing", "base topics that the map lacks", await _missing_base_topics(session, map_id)),
        ("name-key", "names that are looked up under a wrong key", await _wrong_name_keys(session, map_id)),
        ("value-projection", "values whose number, time or place is not theirs", await _wrong_projections(session, map_id)),
        ("link-key", "links in texts that are looked up under a wrong key", await _wrong_link_keys(session, map_id)),
    ):
        findings += [Finding(map_id, kind, sentence, len(examples), examples[:5])] if examples else []
    return findings


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
