"""Everything on the page of a graph beside the drawing: what can be chosen, the legend, the same as a list."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from contextualise.domain.neighbourhood import EVEN_MORE, MOST_NODES, STEPS, Neighbourhood
from contextualise.repository.reading.choosing import Chosen
from contextualise.repository.reading.graph import AMONG, COUNTED
from contextualise.web.pages.choosing import chooser_of
from contextualise.web.pages.context_choice import ContextChooser
from contextualise.web.pages.graph.asked import Asked
from contextualise.web.pages.graph.drawing import Draftsman, Drawing
from contextualise.web.pages.topics.links import SIGNS, Addresses, Link


@dataclass(frozen=True, slots=True)
class Step:
    """A distance that can be chosen."""

    depth: int
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A kind of association or topic that the graph can be kept to; `sign` is the colour of a kind of topic."""

    slug: str
    text: str
    count: str
    is_chosen: bool
    sign: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One kind of connection of a topic, with all that it leads to among what is drawn."""

    kind: str
    part: str
    others: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A topic of the list, with what can be done with it."""

    id: int
    name: str
    href: str
    kind: str
    sign: int | None
    said: tuple[Said, ...]
    hidden: int
    open_url: str
    close_url: str
    hide_url: str
    centre_url: str


@dataclass(frozen=True, slots=True)
class GraphPage:
    """The graph around a topic."""

    title: str
    topic_url: str
    plain_url: str
    url: str
    everything_url: str
    drawing: Drawing
    entries: tuple[Entry, ...]
    steps: tuple[Step, ...]
    association_types: tuple[Option, ...]
    topic_types: tuple[Option, ...]
    contexts: ContextChooser
    hidden: tuple[Link, ...]
    kept: tuple[tuple[str, str], ...]
    summary: str
    notes: tuple[str, ...]
    larger_url: str
    is_filtered: bool


def graph_page(found: Neighbourhood, asked: Asked, map_url: str, chosen: Chosen, hidden_names: Iterable[tuple[int, str]] = ()) -> GraphPage:
    """The page's contents; `hidden_names` are the topics that the reader took out."""
    addresses = Addresses(map_url, asked.context)
    drawing = Draftsman(found, asked, addresses).draw()
    centre, wish = found.start, asked.wish
    node = found.nodes[centre.id]
    return GraphPage(
        title=node.name,
        topic_url=addresses.topic(centre.slug),
        plain_url=asked.path,
        url=asked.url(),
        everything_url=asked.path + addresses.query,
        drawing=drawing,
        entries=_entries(found, drawing, addresses),
        steps=tuple(Step(depth, asked.url(replace(wish, depth=depth)), depth == wish.depth) for depth in range(1, STEPS + 1)),
        association_types=_association_types(found, asked),
        topic_types=_topic_types(found, asked),
        contexts=chooser_of(chosen, asked.context, lambda context: asked.url(context=context), map_url),
        hidden=tuple(Link(name, asked.showing(topic_id)) for topic_id, name in hidden_names),
        kept=tuple(asked.kept("association", "type", "depth")),
        summary=_summary(found),
        notes=_notes(found, asked),
        larger_url=asked.url(replace(wish, is_large=True)) if found.is_cut and not wish.is_large else "",
        is_filtered=bool(wish.association_types or wish.topic_types or wish.hidden),
    )


def _summary(found: Neighbourhood) -> str:
    topics, connections = len(found.topics), len(found.connections)
    return f"{topics} {'topic' if topics == 1 else 'topics'}, {connections} {'connection' if connections == 1 else 'connections'}"


def _notes(found: Neighbourhood, asked: Asked) -> tuple[str, ...]:
    notes = []
    if found.is_cut:
        most = EVEN_MORE if asked.wish.is_large else MOST_NODES
        notes.append(f"More is near than can be shown at once; these are the first {most} topics.")
    if found.lacks_connections:
        notes.append(f"Only the first {AMONG:,} connections among them are drawn.".replace(",", "\N{NARROW NO-BREAK SPACE}"))
    return tuple(notes)


def _association_types(found: Neighbourhood, asked: Asked) -> tuple[Option, ...]:
    counts: dict[int, int] = {}
    for group in found.groups.values():
        counts[group.type_id] = counts.get(group.type_id, 0) + group.count
    chosen = set(found.start.association_types)
    options = [(found.nodes[type_id], counts.get(type_id, 0)) for type_id in {*counts, *chosen} if type_id in found.nodes]
    return tuple(
        Option(node.slug, node.name, _number(count), node.id in chosen)
        for node, count in sorted(options, key=lambda option: option[0].name.casefold())
    )


def _topic_types(found: Neighbourhood, asked: Asked) -> tuple[Option, ...]:
    """The kinds of what is drawn, which are the legend too."""
    counts: dict[int, int] = {}
    for topic_id in found.topics:
        node = found.nodes.get(topic_id)
        for type_id in node.type_ids[:1] if node else ():
            counts[type_id] = counts.get(type_id, 0) + 1
    chosen = set(found.start.topic_types)
    options = [(found.nodes[type_id], counts.get(type_id, 0)) for type_id in {*counts, *chosen} if type_id in found.nodes]
    return tuple(
        Option(node.slug, node.name, str(count), node.id in chosen, node.id % SIGNS)
        for node, count in sorted(options, key=lambda option: option[0].name.casefold())
    )


def _number(count: int) -> str:
    text = f"{min(count, COUNTED):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return f"{text}+" if count > COUNTED else text


def _entries(found: Neighbourhood, drawing: Drawing, addresses: Addresses) -> tuple[Entry, ...]:
    """The topics in the order of the drawing, each with its connections to the others."""
    said: dict[int, dict[tuple[int, int], dict[int, None]]] = {}
    for connection in found.connections:
        for role in connection.roles:
            if role.player_id in found.topics:
                others = said.setdefault(role.player_id, {}).setdefault((connection.type_id, role.type_id), {})
                others |= {other.player_id: None for other in connection.roles if other is not role and other.player_id in found.nodes}
    names = {topic_id: node.name for topic_id, node in found.nodes.items()}
    links = {topic_id: Link(node.name, addresses.topic(node.slug)) for topic_id, node in found.nodes.items()}
    return tuple(
        Entry(
            mark.id,
            mark.name,
            mark.href,
            mark.kind,
            mark.sign,
            tuple(
                Said(names.get(type_id, ""), names.get(part, ""), tuple(links[other] for other in others))
                for (type_id, part), others in sorted(said.get(mark.id, {}).items(), key=lambda item: names.get(item[0][0], "").casefold())
            ),
            mark.hidden,
            mark.open_url,
            mark.close_url,
            mark.hide_url,
            mark.centre_url,
        )
        for mark in drawing.marks
    )
