"""What people were writing and have not saved, kept for them alone.

A draft belongs to a person and a place: the form's address below the map's, `topics/tosca/text/7/edit`, and after a `#` which opening of
the form, so that two windows never write over each other's words. Drafts go with the map and with the person, and after 30 days.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import unquote

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.errors import Conflict, Invalid
from contextualise.lib.markdown import MAX_SOURCE
from contextualise.repository import writing_drafts as repository
from contextualise.repository.writing_drafts import DraftRow, ListedDraft

__all__ = [
    "DraftRow",
    "ListedDraft",
    "drafts_of_form",
    "drafts_of_person",
    "find_draft",
    "forget_draft",
    "forget_old_drafts",
    "keep_draft",
    "topic_of",
]

KEPT_DAYS = 30
MOST_LISTED = 200
_MOST_OFFERED = 5
_MOST_IN_MAP = 500  # of one person: what a bulk of windows may leave behind
_LONGEST_PLACE = 1000


async def keep_draft(
    session: AsyncSession, map_id: int, user_id: int, place: str, *, source: str, base_sha256: bytes | None = None
) -> datetime:
    """Keep what somebody is writing; returns when. `base_sha256` is the text that they started from.

    Raises `Invalid` for a text that could not be saved either and for an impossible place, `Conflict` for one draft too many.
    """
    if not place or len(place) > _LONGEST_PLACE or not place.isprintable():
        raise Invalid({"place": "This is no form's address."})
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE:
        raise Invalid({"source": "A text may have at most 1 MB, and so may its draft."})
    if await repository.count(session, map_id, user_id, but=place) >= _MOST_IN_MAP:
        raise Conflict(f"You have {_MOST_IN_MAP} unsaved drafts in this map. Throw some of them away first.")
    return await repository.keep(session, map_id, user_id, place, source, base_sha256)


async def forget_draft(session: AsyncSession, map_id: int, user_id: int, place: str) -> bool:
    """Throw a draft away; False when there is none."""
    return await repository.forget(session, map_id, user_id, place)


async def forget_old_drafts(session: AsyncSession) -> None:
    """Delete what nobody came back to for 30 days; safe to run at any time and by several processes."""
    await repository.forget_old(session, KEPT_DAYS)


async def find_draft(connection: AsyncConnection | AsyncSession, map_id: int, user_id: int, place: str) -> DraftRow | None:
    """One draft of the person's; None when it is not there any more."""
    return await repository.find(connection, map_id, user_id, place)


async def drafts_of_form(
    connection: AsyncConnection | AsyncSession, map_id: int, user_id: int, addresses: Collection[str], ending: str = ""
) -> Sequence[DraftRow]:
    """The person's newest drafts of a form, under any address that it has or had; `ending` ends no other form's address in the map."""
    return await repository.of_form(connection, map_id, user_id, addresses, ending, _MOST_OFFERED)


async def drafts_of_person(connection: AsyncConnection, user_id: int) -> Sequence[tuple[ListedDraft, str]]:
    """All drafts of a person, the newest first, each with what the topic is called that it is for; "" where that is not known."""
    rows = await repository.of_person(connection, user_id, MOST_LISTED)
    shown = [(row.map_id, topic_of(row.place)) for row in rows if row.map_title is not None]
    labels = await repository.labels_of(connection, user_id, [key for key in shown if key[1]]) if shown else {}
    return [(row, labels.get((row.map_id, topic_of(row.place)), "") if row.map_title is not None else "") for row in rows]


def topic_of(place: str) -> str:
    """The address of the topic that a draft is for, as its form's address has it; "" for a form that is no topic's."""
    steps = place.partition("#")[0].split("/")
    return unquote(steps[1]).replace("\0", "") if len(steps) > 2 and steps[0] == "topics" else ""
