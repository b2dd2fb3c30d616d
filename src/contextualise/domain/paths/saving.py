"""Writing knowledge paths, each as one change."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import require_base
from contextualise.domain.errors import Invalid, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.scopes import scope_of
from contextualise.domain.topics import insert_topic
from contextualise.domain.topics.creating import choose_slug
from contextualise.repository import associations, deletion, names, rows, topics
from contextualise.repository.journal import Journal
from contextualise.repository.reading.paths import Edge, TopicName, plain_of, read_edges, read_paths
from contextualise.repository.tables import Name

MOST_STEPS = 500


async def save_path(
    session: AsyncSession, map_id: int, user_id: int | None, *, name: str, step_ids: Sequence[int], slug: str = "", replaces: bool = False
) -> Saved:
    """Make a path, or write the one whose topic has the address `slug` anew: its name and the order of its steps.

    With `replaces`, steps between these topics that belong to no named path go. Returns the id of the path's topic. Raises `NotFound`, and
    `Invalid` for fewer than two topics, for more than `MOST_STEPS`, and for one that comes twice: reading would never end there.
    """
    name = inputs.line(name, "name", what="a name for the path", limit=200)
    journal = await begin(session, map_id)
    found = await inputs.require_topics(session, map_id, {"steps": step_ids})
    _check(step_ids, {topic_id: topic.label for topic_id, topic in found.items()})
    base = await require_base(journal, "path", "navigation", "previous", "next")
    path = await _require(session, map_id, slug) if slug else None
    if path is None:
        path_id = await insert_topic(journal, user_id, name=name, slug=await choose_slug(journal, None, name), type_ids=[base["path"]])
    else:
        path_id = path[0].id
        await _rename(journal, path[0], name)
    if path_id in step_ids:
        raise Invalid({"steps": "A path cannot be a step of itself."})
    scope_id = await scope_of(journal, [path_id])
    connection = await plain_of(session)
    present = await read_edges(connection, map_id, [scope_id])
    wanted = list(pairwise(step_ids))
    await _delete(journal, [edge for edge in present if (edge.one_id, edge.next_id) not in wanted])
    if replaces:
        await _delete(journal, [edge for edge in await read_edges(connection, map_id, [0]) if (edge.one_id, edge.next_id) in wanted])
    there = {(edge.one_id, edge.next_id) for edge in present}
    for one, following in wanted:
        if (one, following) not in there:
            members = [(base["previous"], one), (base["next"], following)]
            await associations.insert_association(journal, type_id=base["navigation"], scope_id=scope_id, members=members, user_id=user_id)
    op = "path.edit" if path else "path.create"
    return await finish(journal, user_id=user_id, op=op, construct_id=path_id, label=name, also=set(step_ids))


async def take_apart(session: AsyncSession, map_id: int, user_id: int | None, slug: str) -> Saved:
    """Delete the steps of a path; its topic stays, as a plain topic, with what is written about it. Raises `NotFound`."""
    journal = await begin(session, map_id)
    topic, scope_id = await _require(session, map_id, slug)
    base = await require_base(journal, "path")
    edges = await read_edges(await plain_of(session), map_id, [scope_id]) if scope_id > 0 else []
    await _delete(journal, edges)
    await topics.delete_types(journal, topic.id, [base["path"]])
    also = {end for edge in edges for end in (edge.one_id, edge.next_id)}
    return await finish(journal, user_id=user_id, op="path.delete", construct_id=topic.id, label=topic.label, also=also)


def _check(step_ids: Sequence[int], labels: dict[int, str]) -> None:
    if len(step_ids) < 2:
        raise Invalid({"steps": "A path needs at least two topics."})
    if len(step_ids) > MOST_STEPS:
        raise Invalid({"steps": f"Use at most {MOST_STEPS} topics in one path."})
    twice = next((topic_id for position, topic_id in enumerate(step_ids) if topic_id in step_ids[:position]), None)
    if twice is not None:
        raise Invalid({"steps": f"“{labels[twice]}” comes twice: reading along would go round in circles. Take one of them out."})


async def _require(session: AsyncSession, map_id: int, slug: str) -> tuple[TopicName, int]:
    found = await read_paths(await plain_of(session), map_id, slug)
    if not found:
        raise NotFound("This map has no such path.")
    return found[0]


async def _rename(journal: Journal, topic: TopicName, name: str) -> None:
    """Write the name by which the path is listed anew."""
    if topic.label == name:
        return
    session, map_id = journal.session, journal.map_id
    named = await rows.find_all(session, map_id, Name, (Name.topic_id == topic.id) & (Name.value == topic.label))
    for row in sorted(named, key=lambda row: (row["scope_id"], row["id"]))[:1]:
        place = {"type_id": row["type_id"], "scope_id": row["scope_id"], "value": name}
        if await names.equal_name(session, map_id, topic_id=topic.id, **place):
            raise Invalid({"name": f"The path is called “{name}” already, beside “{topic.label}”. Choose another name."})
        await names.update_name(journal, row["id"], **place)


async def _delete(journal: Journal, edges: Collection[Edge]) -> None:
    if edges:
        doomed = deletion.Doomed(associations={edge.association_id for edge in edges})
        await deletion.delete_all(journal, await deletion.collect(journal.session, journal.map_id, doomed))
