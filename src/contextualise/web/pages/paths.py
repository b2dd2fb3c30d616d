"""What the pages of knowledge paths show."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from contextualise.domain.paths import Path, Run
from contextualise.web.pages.topics.links import Link, encoded


@dataclass(frozen=True, slots=True)
class RunLine:
    """Topics in their order, with what a reader should know about how they hang together."""

    topics: tuple[Link, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathLine:
    """A path of the list; one without a name can be given one."""

    name: str
    href: str
    count: int
    runs: tuple[RunLine, ...]
    naming_url: str


@dataclass(frozen=True, slots=True)
class PathsPage:
    """All paths of a map."""

    paths: tuple[PathLine, ...]
    new_url: str
    may_edit: bool


@dataclass(frozen=True, slots=True)
class PathPage:
    """One path."""

    id: int
    name: str
    topic_url: str
    edit_url: str
    share_url: str
    back: str
    runs: tuple[RunLine, ...]
    count: int
    start: Link | None
    may_edit: bool


def paths_page(paths: Sequence[Path], map_url: str, *, may_edit: bool) -> PathsPage:
    """The list's contents."""
    return PathsPage(tuple(_line(path, map_url) for path in paths), f"{map_url}/paths/new", may_edit)


def path_page(path: Path, map_url: str, *, may_edit: bool) -> PathPage:
    """One path's contents; its topics are read in its context, where they have its next and previous alone."""
    assert path.topic is not None
    runs = tuple(_run(run, map_url, path.topic.slug) for run in path.runs)
    first = runs[0].topics[0] if runs else None
    url = path_url(map_url, path.topic.slug)
    topic_url = f"{map_url}/topics/{encoded(path.topic.slug)}"
    share_url = f"{map_url}/share-links?{urlencode({'path': path.topic.slug})}"
    return PathPage(
        id=path.topic.id,
        name=path.topic.label,
        topic_url=topic_url,
        edit_url=f"{url}/edit",
        share_url=share_url,
        back=f"{map_url}/paths",
        runs=runs,
        count=len(path.topics),
        start=first,
        may_edit=may_edit,
    )


def path_url(map_url: str, slug: str) -> str:
    """The address of a path."""
    return f"{map_url}/paths/{quote(slug, safe='')}"


def _line(path: Path, map_url: str) -> PathLine:
    runs = tuple(_run(run, map_url, path.topic.slug if path.topic else "") for run in path.runs)
    if path.topic is not None:
        return PathLine(path.topic.label, path_url(map_url, path.topic.slug), len(path.topics), runs, "")
    first = path.topics[0]
    return PathLine("", "", len(path.topics), runs, f"{map_url}/paths/new?{urlencode({'from': first.id})}")


def _run(run: Run, map_url: str, scope: str) -> RunLine:
    query = f"?{urlencode({'scope': scope})}" if scope else ""
    notes = []
    if run.loops_to is not None:
        notes.append(f"Goes round in circles: after “{run.topics[-1].label}” comes “{run.loops_to.label}” again.")
    notes += [f"Divides at “{topic.label}”." for topic in run.forks]
    return RunLine(tuple(Link(topic.label, f"{map_url}/topics/{encoded(topic.slug)}{query}") for topic in run.topics), tuple(notes))
