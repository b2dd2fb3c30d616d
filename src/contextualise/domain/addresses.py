"""Addresses of topics inside their map: unique, for people, and for ever."""

from collections.abc import Sequence

from contextualise.lib.slugs import MAX_LENGTH, RESERVED, next_free
from contextualise.repository.journal import Journal
from contextualise.repository.topics import taken_slugs


async def free_slug(journal: Journal, wanted: str) -> str:
    """The slug itself, or with the first ending `-2`, `-3` … that no topic has or had as its address."""
    count = 8
    while True:
        candidates = _candidates(wanted, count)
        taken = await taken_slugs(journal.session, journal.map_id, journal.base_iri, candidates)
        free = next_free(wanted, taken)
        if free in candidates:
            return free
        count *= 8


def address_iri(base_iri: str, slug: str) -> str:
    """The item identifier that keeps a former address."""
    return f"{base_iri}#{slug}"


def _candidates(wanted: str, count: int) -> Sequence[str]:
    """The first slugs that `next_free` would come to."""
    seen: set[str] = set(RESERVED)
    candidates: list[str] = []
    for _ in range(count):
        candidates.append(next_free(wanted[:MAX_LENGTH], seen))
        seen.add(candidates[-1])
    return candidates
