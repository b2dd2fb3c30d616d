"""A page of the past is the page that was read when it was the present: proved over random histories."""

import re
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.reading.as_of import RENAMED, find_then, read_topic_then, shadowed
from contextualise.repository.reading.records import TopicRecord
from contextualise.repository.reading.topic import EVERYTHING_SHOWN, Context, read_topic
from contextualise.repository.reading.topic_statement import EVERYTHING, IN_CONTEXT
from tests.histories.operations import steps
from tests.histories.running import Chosen, Runner, happens, searching
from tests.histories.worlds import World

CONTEXTS = (EVERYTHING_SHOWN, Context(("rome",)), Context(universal=True))


def canonical(record: TopicRecord | None) -> Any:
    """The record with what has no order in one."""
    if record is None:
        return None
    # A text that is refused may leave a scope behind that nothing is in; no change tells when it came.
    plain = msgspec.to_builtins(msgspec.structs.replace(record, uses=msgspec.structs.replace(record.uses, scopes=0)))
    return [sorted(part, key=repr) if isinstance(part, list | tuple) and index else part for index, part in enumerate(plain)]


class Past(World):
    """A world that remembers its pages."""

    async def remember(self, seen: dict[tuple[int, str, Context], Any]) -> None:
        version = await self.version()
        slugs = (
            await self.session.execute(
                text("SELECT slug FROM topic WHERE map_id = :m AND (NOT is_base OR slug IN ('related', 'eng'))"), {"m": self.map_id}
            )
        ).scalars()
        connection = await self.session.connection()
        for slug in slugs:
            for context in CONTEXTS:
                seen[version, slug, context] = canonical(await read_topic(connection, self.map_id, slug, context=context))


async def live_through(session: AsyncSession, folder: Path, chosen: Chosen) -> None:
    world = await Past.made(session, folder)
    seen: dict[tuple[int, str, Context], Any] = {}
    await world.remember(seen)
    for operation, picks in chosen:
        if await happens(world, operation, picks):
            await world.remember(seen)
    connection = await session.connection()
    slugs = {slug for _, slug, _ in seen}
    for version in sorted({version for version, _, _ in seen}):
        then = await find_then(connection, world.map_id, version)
        assert then is not None and then.is_readable
        for slug in slugs:
            for context in CONTEXTS:
                found = await read_topic_then(connection, world.map_id, slug, then, context=context, for_readers=False)
                assert canonical(found) == seen.get((version, slug, context)), f"{slug} at version {version} in {context}"


@searching(4)
@given(chosen=steps)
def test_every_page_of_the_past_is_as_it_was_read_then(histories: Runner, chosen: Chosen) -> None:
    histories.run(live_through, chosen)


def test_no_table_of_the_statement_is_read_as_it_is_now() -> None:
    """What has a past is replaced wherever the statement names it; what has none (bytes, people) is known."""
    for statement in (EVERYTHING, IN_CONTEXT):
        own = set(re.findall(r"(\w+)(?: \([^)]*\))? AS (?:MATERIALIZED )?\(", statement.text))
        rewritten = shadowed(statement.text)
        left = set(re.findall(r"\b(?:FROM|JOIN)\s+([a-z_]+)", rewritten)) - own
        present = {name for name in left if not name.endswith("_then")}
        # The address of a map, by which its former names begin, never changes. Comments are not read for pages of the past.
        known = {"app_user", "comment", "content", "rendition", "public", "unnest", "map"}
        assert present <= known | {f"{table}_touched" for table in RENAMED}
