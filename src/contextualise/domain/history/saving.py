"""How every change to a map begins and ends."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import NotFound
from contextualise.repository import changes, links, names
from contextualise.repository.comments.following import follow
from contextualise.repository.journal import Entry, Image, Journal


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write did: the construct it was done to, the change that Undo takes back, and the map's version after it.

    `change_id` is None where everything already was as it should be.
    """

    construct_id: int
    change_id: int | None
    version: int


async def begin(session: AsyncSession, map_id: int) -> Journal:
    """A journal on the map, which stays locked until the transaction ends; raises `NotFound`."""
    journal = await changes.open_journal(session, map_id)
    if journal is None:
        raise NotFound("There is no such map.")
    return journal


async def finish(
    journal: Journal,
    *,
    user_id: int | None,
    op: str,
    construct_id: int,
    label: str,
    also: Collection[int] = (),
    labelled: Collection[int] = (),
    undoes: int | None = None,
) -> Saved:
    """Bring labels and links up to date with what was written and record the change.

    `also` are topics on whose pages the change shows besides those it wrote rows of; `labelled` those whose label is known to be right.
    """
    if not journal.entries:
        return Saved(construct_id, None, journal.version)
    await _label(journal, labelled)
    await _relink(journal)
    brings_back = undoes is not None or op == "topic.restore"
    await follow(journal.session, journal.map_id, journal.entries, journal.heirs, brings_back=brings_back)
    recorded = await changes.record(
        journal,
        user_id=user_id,
        op=op,
        construct_id=construct_id,
        label=label,
        topic_ids=_touched(journal.entries) | set(also),
        undoes=undoes,
    )
    return Saved(construct_id, recorded.id, recorded.version)


async def _label(journal: Journal, labelled: Collection[int]) -> None:
    if any(_decides_labels(entry) for entry in journal.entries):
        await names.label_topics(journal.session, journal.map_id)
        return
    ids = {image["topic_id"] for image in _images(journal.entries, "name")} | {image["id"] for image in _images(journal.entries, "topic")}
    await names.label_topics(journal.session, journal.map_id, ids - set(labelled))


def _decides_labels(entry: Entry) -> bool:
    """Whether every label may change: by another topic for the map's language or for the plain type of names."""
    return entry.table == "identifier" and entry.image["kind"] == 1 and entry.image["iri"].startswith((names.LANGUAGES, names.NAME_TYPE))


async def _relink(journal: Journal) -> None:
    prefix = f"{journal.base_iri}#"
    keys = {image["key"] for image in _images(journal.entries, "name")}
    slugs = {image["slug"] for image in _images(journal.entries, "topic")}
    iris = (image["iri"] for image in _images(journal.entries, "identifier") if image["kind"] == 3)
    slugs |= {iri.removeprefix(prefix) for iri in iris if iri.startswith(prefix)}
    if keys or slugs:
        await links.relink(journal.session, journal.map_id, keys=keys, slugs=slugs)


_TOPIC_COLUMNS = {
    "topic": ("id",),
    "topic_type": ("topic_id",),
    "name": ("topic_id",),
    "occurrence": ("topic_id",),
    "role": ("player_id",),
    "reification": ("reifier_id",),
}


def _touched(entries: Iterable[Entry]) -> set[int]:
    """The topics whose pages show something else now."""
    columns = ((entry, column) for entry in entries for column in _TOPIC_COLUMNS.get(entry.table, ()))
    return {image[column] for entry, column in columns for image in entry.images}


def _images(entries: Iterable[Entry], table: str) -> Iterable[Image]:
    return (image for entry in entries if entry.table == table for image in entry.images)
