"""Imports a file as a new map: read and merged without the database, then written in one transaction."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Invalid
from contextualise.domain.history import begin
from contextualise.domain.maps import check_fields, create_map, publish_map
from contextualise.domain.transfer.progress import Progress
from contextualise.domain.transfer.rebasing import rebase
from contextualise.domain.transfer.rows import MapRows, Row, numbers_needed
from contextualise.interchange import FolderResolver, InterchangeError, Limits, Reading, read
from contextualise.interchange.records import TopicMap
from contextualise.repository.changes import record
from contextualise.repository.copying import copy_rows, gather_statistics, take_construct_ids
from contextualise.repository.names import label_topics
from contextualise.repository.transfer import count_topics, find_seeded

CONSTRUCTS = 2_000_000
MOST_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made."""

    map_id: int
    title: str
    topics: int
    associations: int
    warnings: tuple[str, ...]
    more_warnings: int  # how many were left out

    @property
    def sentence(self) -> str:
        """What a person is told."""
        return f"“{self.title}” is there: {_count(self.topics, 'topic')} and {_count(self.associations, 'association')}."


async def read_file(source: Path | BinaryIO, *, file_name: str, megabytes: int, progress: Progress, beside: Path | None = None) -> Reading:
    """The merged map of a file, read in a thread; raises `Invalid` for the field `file`, naming the line.

    Documents that the map merges are looked for beside the file only when `beside` names it, else in the bundle that it came in.
    """
    progress.start("Reading the file", None)

    def tell(done: int, total: int | None) -> None:
        progress.done, progress.total = done, total

    # A base that belongs to this import alone: two files of the same name must not seem to name the same things.
    unique = f"https://{uuid4()}.invalid/"
    here = beside and await asyncio.to_thread(beside.resolve)
    try:
        found = await asyncio.to_thread(
            read,
            source,
            base=here.as_uri() if here else unique + quote(PurePosixPath(file_name.replace("\\", "/")).name or "map.xtm"),
            resolver=FolderResolver(here) if here else None,
            strict=False,
            progress=tell,
            limits=Limits(bytes=megabytes * 1_000_000, constructs=CONSTRUCTS),
            file=file_name,
        )
    except InterchangeError as error:
        raise Invalid({"file": f"{error}. Nothing was imported."}) from error
    if here:
        rebase(found.map, f"{here.parent.as_uri().removesuffix('/')}/", unique)
    return found


async def import_map(
    session: AsyncSession, reading: Reading, *, owner_id: int, title: str, publish: bool = False, progress: Progress
) -> Imported:
    """Write a read map as a new one, within the session's transaction; raises `Invalid`."""
    source = reading.map
    fields = check_fields(title=title or name_of_map(source) or "Imported map")
    map_id = await create_map(session, owner_id, fields)
    topics, associations = await _write(session, map_id, owner_id, source, progress)
    if publish:
        await publish_map(session, map_id, owner_id)
    warnings = [str(warning) for warning in reading.warnings]
    return Imported(map_id, fields.title, topics, associations, tuple(warnings[:MOST_WARNINGS]), max(0, len(warnings) - MOST_WARNINGS))


async def _write(session: AsyncSession, map_id: int, user_id: int, source: TopicMap, progress: Progress) -> tuple[int, int]:
    journal = await begin(session, map_id)
    numbers = await take_construct_ids(session, numbers_needed(source))
    rows = MapRows(source, map_id, user_id, numbers, await find_seeded(session, map_id))
    progress.start("Writing topics and associations", len(source))
    for table, columns, content in rows.tables():
        await copy_rows(session, table, columns, _counted(content, progress))
    progress.start("Finding the best names", None)
    await label_topics(session, map_id)
    counts = await count_topics(session, map_id)
    await record(journal, user_id=user_id, op="map.import", construct_id=0, label=f"{counts[0]:,} topics", topic_ids=())
    await gather_statistics(session)
    return counts


def _counted(rows: Iterator[Row], progress: Progress) -> Iterator[Row]:
    for row in rows:
        progress.done = min(progress.done + 1, progress.total or 0)
        yield row


def name_of_map(source: TopicMap) -> str:
    """The name of the topic that reifies the map: what the file calls itself."""
    return next((name.value.strip() for name in source.names if name.topic == source.reifier and not name.scope), "")[:200]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
