"""Files of topics: adding, describing, ordering. Deleting is that of any occurrence."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import base_ids, require_base
from contextualise.domain.collecting import ensure_kept
from contextualise.domain.content.examining import examine_later
from contextualise.domain.content.receiving import Prepared
from contextualise.domain.content.storing import content_key
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.occurrences import require_occurrence
from contextualise.domain.scopes import scope_of
from contextualise.lib.file_names import clean_file_name
from contextualise.lib.kinds import IMAGES
from contextualise.lib.values.datatypes import ANY_URI
from contextualise.objects import ObjectStore
from contextualise.repository import contents, occurrences, renditions
from contextualise.repository.journal import Image, Journal

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
STEP = 1024  # between two positions, so that moving one file writes one row
MAX_ALT = 2000
_TEXTS = ("text", "note")


async def add_file(
    session: AsyncSession,
    objects: ObjectStore,
    map_id: int,
    user_id: int | None,
    topic_id: int,
    *,
    prepared: Prepared,
    file_name: str,
    title: str | None = None,
    alt: str | None = None,
    scope_ids: Collection[int] = (),
) -> Saved:
    """Attach an upload to a topic, after the files that are there; returns the occurrence's id.

    `alt` tells what a picture shows; "" is decorative, None: nobody said yet. The type is that of the content. Raises `Conflict` for the
    same bytes in the same context, `Invalid`, `NotFound`, and `objects.StoreUnavailable`, in which case nothing is kept.
    """
    title = inputs.optional_line(title, "title", limit=500)
    alt = _alt(alt)
    name = clean_file_name(file_name)
    # The object first, then the row: a row never names what is not there. What is in the way of the row leaves an object to be collected.
    await objects.move(prepared.key, content_key(map_id, prepared.sha256))
    journal = await begin(session, map_id)
    await inputs.require_topic(session, map_id, topic_id)
    type_id = (await require_base(journal, prepared.kind))[prepared.kind]
    scope_id = await scope_of(journal, scope_ids)
    values = {
        "topic_id": topic_id,
        "scope_id": scope_id,
        "datatype": MEDIA_TYPES + prepared.media_type,
        "value": f"sha256:{prepared.sha256.hex()}",
    }
    if await contents.is_on_topic(session, map_id, topic_id=topic_id, scope_id=scope_id, sha256=prepared.sha256):
        raise Conflict("This file is on this topic already: the same bytes, in the same context.")
    await ensure_kept(objects, content_key(map_id, prepared.sha256), _lost)
    await contents.keep_content(session, map_id, prepared.sha256, media_type=prepared.media_type, size=prepared.size)
    made = await occurrences.insert_occurrence(
        journal,
        user_id,
        **values,
        type_id=type_id,
        sha256=prepared.sha256,
        file_name=name or None,
        title=title,
        alt=alt,
        position=await contents.last_position(session, map_id, topic_id) + STEP,
    )
    if prepared.media_type in IMAGES and await renditions.wants_examining(session, map_id, prepared.sha256):
        await examine_later(session, map_id, user_id)
    return await finish(journal, user_id=user_id, op="occurrence.add", construct_id=made["id"], label=file_label(made))


async def edit_file(
    session: AsyncSession,
    map_id: int,
    user_id: int | None,
    occurrence_id: int,
    *,
    title: str | None,
    alt: str | None,
    scope_ids: Collection[int],
) -> Saved:
    """Describe a file anew; raises as `add_file` does, and `Conflict` for what is no file."""
    title = inputs.optional_line(title, "title", limit=500)
    alt = _alt(alt)
    journal = await begin(session, map_id)
    old = await _require_file(journal, occurrence_id)
    scope_id = await scope_of(journal, scope_ids)
    place = {"topic_id": old["topic_id"], "scope_id": scope_id, "sha256": bytes.fromhex(old["sha256"][2:])}
    if scope_id != old["scope_id"] and await contents.is_on_topic(session, map_id, **place):
        raise Conflict("The topic has this file in that context already.")
    values = {"title": title, "alt": alt, "scope_id": scope_id}
    await occurrences.update_occurrence(journal, user_id, occurrence_id, **values)
    return await finish(journal, user_id=user_id, op="occurrence.edit", construct_id=occurrence_id, label=file_label({**old, **values}))


async def move_file(
    session: AsyncSession, map_id: int, user_id: int | None, occurrence_id: int, *, before: int | None = None, after: int | None = None
) -> Saved:
    """Put a file or link right before or right after another one of its topic, or without either at the end.

    Raises `NotFound` where one of them is not there, `Conflict` for what is neither file nor link.
    """
    journal = await begin(session, map_id)
    moved = await require_occurrence(session, map_id, occurrence_id)
    if moved["datatype"] == ANY_URI and moved["sha256"] is None:
        row = await contents.links_of(session, map_id, moved["topic_id"])
    else:
        row = await contents.files_of(session, map_id, (await _require_file(journal, occurrence_id))["topic_id"])
    others = [each for each in row if each["id"] != occurrence_id]
    place = _place_among(others, before, after)
    low = others[place - 1]["position"] if place else None
    high = others[place]["position"] if place < len(others) else None
    position = _between(low, high)
    if position is None:
        await contents.place_files(journal, _spread([*others[:place], moved, *others[place:]]))
    elif not _stands_between(moved, others, place):
        await contents.place_files(journal, [(moved, position)])
    return await finish(journal, user_id=user_id, op="occurrence.move", construct_id=occurrence_id, label=file_label(moved))


def file_label(occurrence: Image) -> str:
    """What a file is called in the history."""
    label: str = occurrence["title"] or occurrence["file_name"] or occurrence["value"]
    return label[:200]


async def _lost() -> None:
    # Only where the same bytes had been left over for a day and were collected in the moment between the two steps.
    raise Conflict("The upload was lost on the way. Send it again.")


def _alt(alt: str | None) -> str | None:
    if alt is None:
        return None
    return inputs.optional_line(alt, "alt", limit=MAX_ALT) or ""


async def _require_file(journal: Journal, occurrence_id: int) -> Image:
    found = await require_occurrence(journal.session, journal.map_id, occurrence_id)
    texts = (await base_ids(journal.session, journal.map_id, _TEXTS)).values()
    if found["sha256"] is None or found["type_id"] in texts:
        raise Conflict("This is no file.")
    return found


def _place_among(others: list[Image], before: int | None, after: int | None) -> int:
    if before is None and after is None:
        return len(others)
    wanted = before if before is not None else after
    index = next((index for index, row in enumerate(others) if row["id"] == wanted), None)
    if index is None:
        raise NotFound("What it should stand beside is not there any more.")
    return index if before is not None else index + 1


def _between(low: int | None, high: int | None) -> int | None:
    """A free position; None where there is none."""
    if high is None:
        return (low or 0) + STEP
    if low is None:
        return high - STEP
    return (low + high) // 2 if high - low > 1 else None


def _stands_between(moved: Image, others: list[Image], place: int) -> bool:
    """Whether the file is there already."""
    key = (moved["position"], moved["id"])
    before = place == 0 or (others[place - 1]["position"], others[place - 1]["id"]) < key
    return before and (place == len(others) or key < (others[place]["position"], others[place]["id"]))


def _spread(rows: list[Image]) -> list[tuple[Image, int]]:
    return [(row, (number + 1) * STEP) for number, row in enumerate(rows)]
