"""Reading the knowledge paths of a map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.errors import NotFound
from contextualise.domain.paths.runs import Chain, runs_of
from contextualise.repository.reading.paths import Edge, TopicName, read_edges, read_paths, read_topics


@dataclass(frozen=True, slots=True)
class Run:
    """Topics in their order; `loops_to` is the one that the last leads back to, `forks` those with a second way on."""

    topics: tuple[TopicName, ...]
    loops_to: TopicName | None
    forks: tuple[TopicName, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A path with its runs, most often one; None as `topic` stands for steps that belong to no named path."""

    topic: TopicName | None
    runs: tuple[Run, ...]

    @property
    def topics(self) -> tuple[TopicName, ...]:
        """All topics in their order."""
        return tuple(topic for run in self.runs for topic in run.topics)


async def list_paths(connection: AsyncConnection, map_id: int) -> list[Path]:
    """All paths by name, then the steps that belong to no named path, one path for each run of them."""
    named = await read_paths(connection, map_id)
    edges = await read_edges(connection, map_id)
    scopes = {scope_id: topic for topic, scope_id in named}
    grouped: dict[int, list[Edge]] = {}
    for edge in edges:
        grouped.setdefault(edge.scope_id if edge.scope_id in scopes else 0, []).append(edge)
    topics = await read_topics(connection, map_id, {end for edge in edges for end in (edge.one_id, edge.next_id)})
    paths = [Path(topic, _runs(grouped.get(scope_id, ()), topics)) for topic, scope_id in named]
    return paths + [Path(None, (run,)) for run in _runs(grouped.get(0, ()), topics)]


async def find_path(connection: AsyncConnection, map_id: int, slug: str) -> Path:
    """The path whose topic has this address; raises `NotFound`."""
    named = await read_paths(connection, map_id, slug) if slug else []
    if not named:
        raise NotFound("This map has no such path.")
    topic, scope_id = named[0]
    edges = await read_edges(connection, map_id, [scope_id]) if scope_id > 0 else []
    topics = await read_topics(connection, map_id, {end for edge in edges for end in (edge.one_id, edge.next_id)})
    return Path(topic, _runs(edges, topics))


async def nameless_run(connection: AsyncConnection, map_id: int, first_id: int) -> Run | None:
    """The run of steps of no named path that begins with a topic."""
    paths = await list_paths(connection, map_id)
    return next((path.runs[0] for path in paths if path.topic is None and path.topics[0].id == first_id), None)


def _runs(edges: Sequence[Edge], topics: Mapping[int, TopicName]) -> tuple[Run, ...]:
    return tuple(_run(chain, topics) for chain in runs_of([(edge.one_id, edge.next_id) for edge in edges]))


def _run(chain: Chain, topics: Mapping[int, TopicName]) -> Run:
    return Run(
        tuple(topics[thing] for thing in chain.ids),
        topics[chain.loops_to] if chain.loops_to is not None else None,
        tuple(topics[thing] for thing in chain.forks),
    )
