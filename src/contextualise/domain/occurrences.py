"""Occurrences that are values: links, dates, places, attributes (TMDM 5.4). Texts are in `texts`."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import base_ids
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.reification import bearer_of
from contextualise.domain.scopes import scope_of
from contextualise.lib.values import Checked, ValueRefused, check
from contextualise.repository import deletion, occurrences, reification, rows, topics
from contextualise.repository.journal import Image, Journal
from contextualise.repository.tables import Occurrence
from contextualise.repository.topics import TopicRef

STRING = "http://www.w3.org/2001/XMLSchema#string"


async def add_occurrence(
    session: AsyncSession,
    map_id: int,
    user_id: int | None,
    construct_id: int,
    *,
    type_id: int,
    value: str,
    datatype: str = STRING,
    title: str | None = None,
    description: str | None = None,
    scope_ids: Collection[int] = (),
) -> Saved:
    """Say something about a topic by a value, or about any other construct through its hidden reifier.

    Returns the occurrence's id. Raises `NotFound`, `Invalid` for a value that is none of its datatype, and `Conflict` where it is said.
    """
    checked = checked_value(datatype, value)
    title = inputs.optional_line(title, "title", limit=500)
    journal = await begin(session, map_id)
    await _check_type(journal, type_id)
    scope_id = await scope_of(journal, scope_ids)
    topic_id = await bearer_of(journal, user_id, construct_id)
    values = {"topic_id": topic_id, "type_id": type_id, "scope_id": scope_id, **_columns(checked)}
    await _refuse_equal(journal, values)
    values |= _description(description)
    made = await occurrences.insert_occurrence(journal, user_id, **values, title=title)
    return await _finish(journal, user_id, "occurrence.add", made)


async def edit_occurrence(
    session: AsyncSession,
    map_id: int,
    user_id: int | None,
    occurrence_id: int,
    *,
    type_id: int,
    value: str,
    datatype: str = STRING,
    title: str | None = None,
    description: str | None = None,
    scope_ids: Collection[int] = (),
) -> Saved:
    """Write a value anew; raises as `add_occurrence` does, and `Conflict` for content, which is edited as a text.

    Without a `description` the one that is there stays; an empty one takes it away.
    """
    checked = checked_value(datatype, value)
    title = inputs.optional_line(title, "title", limit=500)
    journal = await begin(session, map_id)
    old = await require_occurrence(session, map_id, occurrence_id)
    if old["sha256"] is not None:
        raise Conflict("This is no value but content. Edit that.")
    await _check_type(journal, type_id)
    scope_id = await scope_of(journal, scope_ids)
    values = {"topic_id": old["topic_id"], "type_id": type_id, "scope_id": scope_id, **_columns(checked)}
    await _refuse_equal(journal, values, but=occurrence_id)
    values |= _description(description)
    await occurrences.update_occurrence(journal, user_id, occurrence_id, **values, title=title)
    return await _finish(journal, user_id, "occurrence.edit", {**old, **values})


async def delete_occurrence(session: AsyncSession, map_id: int, user_id: int | None, occurrence_id: int) -> Saved:
    """Delete a value or content, with what is said about it; goes to the trash.

    A hidden reifier goes with the last thing that is said through it.
    """
    journal = await begin(session, map_id)
    old = await require_occurrence(session, map_id, occurrence_id)
    return await delete_found(journal, user_id, old, op="occurrence.delete")


async def delete_found(journal: Journal, user_id: int | None, occurrence: Image, *, op: str, label: str | None = None) -> Saved:
    """Delete an occurrence that was found and record it; without a label it is called as its type and beginning."""
    session, map_id = journal.session, journal.map_id
    also = await reification.topics_about(session, map_id, occurrence["id"])
    label = await label_of(session, map_id, occurrence) if label is None else label
    doomed = await deletion.collect(session, map_id, deletion.Doomed(occurrences={occurrence["id"]}))
    doomed.topics |= await deletion.idle_reifiers(session, map_id, [occurrence["topic_id"]], doomed)
    await deletion.delete_all(journal, doomed)
    return await finish(journal, user_id=user_id, op=op, construct_id=occurrence["id"], label=label, also=also)


async def find_by_attribute(
    session: AsyncSession,
    map_id: int,
    type_id: int,
    *,
    value: str | None = None,
    low: float | None = None,
    high: float | None = None,
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> Sequence[TopicRef]:
    """The topics that have an attribute with exactly this value or a number in the range (ends included), in the order of their labels.

    `after` is (label as compared, id) of the last topic of the page before.
    """
    return list(await occurrences.topics_with(session, map_id, type_id, value=value, low=low, high=high, after=after, limit=limit))


def checked_value(datatype: str, value: str) -> Checked:
    """The value as it is kept, with its projections; raises `Invalid`."""
    try:
        return check(datatype, value)
    except ValueRefused as refused:
        raise Invalid({"value": str(refused)}) from refused


async def require_occurrence(session: AsyncSession, map_id: int, occurrence_id: int) -> Image:
    """The row of an occurrence; raises `NotFound`."""
    occurrence = await rows.find(session, map_id, Occurrence, occurrence_id)
    if occurrence is None:
        raise NotFound("There is no such entry in this map.")
    return occurrence


async def label_of(session: AsyncSession, map_id: int, occurrence: Image) -> str:
    """What an occurrence is called in the history: its type and the beginning of what it says."""
    found = await topics.find_topics(session, map_id, [occurrence["type_id"]])
    kind = found[occurrence["type_id"]].label
    if occurrence["sha256"] is not None:
        return kind
    return f"{kind}: {occurrence['title'] or occurrence['value']}"[:200]


def _description(description: str | None) -> dict[str, object]:
    return {} if description is None else {"alt": inputs.optional_line(description, "description", limit=2000)}


def _columns(checked: Checked) -> dict[str, object]:
    return {
        "datatype": checked.datatype,
        "value": checked.value,
        "num": checked.num,
        "t_from": checked.t_from,
        "t_to": checked.t_to,
        "lat": checked.lat,
        "lon": checked.lon,
    }


async def _finish(journal: Journal, user_id: int | None, op: str, occurrence: Image) -> Saved:
    also = await reification.topics_about(journal.session, journal.map_id, occurrence["id"])
    label = await label_of(journal.session, journal.map_id, occurrence)
    return await finish(journal, user_id=user_id, op=op, construct_id=occurrence["id"], label=label, also=also)


async def _check_type(journal: Journal, type_id: int) -> None:
    await inputs.require_topics(journal.session, journal.map_id, {"type_id": [type_id]})
    if type_id in (await base_ids(journal.session, journal.map_id, ["text", "note"])).values():
        raise Invalid({"type_id": "Texts and notes are written where they are shown. Choose another kind."})


async def _refuse_equal(journal: Journal, values: dict[str, object], *, but: int | None = None) -> None:
    key = {name: values[name] for name in ("topic_id", "type_id", "scope_id", "datatype", "value")}
    equal = await occurrences.equal_occurrence(journal.session, journal.map_id, **key)  # type: ignore[arg-type]  # the values of a row
    if equal and equal["id"] != but:
        raise Conflict("This is said about it already.")
