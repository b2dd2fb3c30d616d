"""One change with what it did, and the difference between two times, as pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contextualise.domain.history.telling import Difference, Differences, Side
from contextualise.lib.differences import Piece
from contextualise.web.pages.history.passages import Passage, passages
from contextualise.web.pages.history.timeline import ChangeLine
from contextualise.web.pages.topics.links import Link


@dataclass(frozen=True, slots=True)
class SideLine:
    """A statement before or after; `url` is where its content can be had, `note` says why it cannot."""

    kind: str
    text: str
    context: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """A statement that is different: added, removed or changed; of a text, `passages` tell how, of another, both sides."""

    what: str
    topic: Link | None
    sign: str
    before: SideLine | None
    after: SideLine | None
    passages: tuple[Passage, ...]
    versions_url: str


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One change."""

    title: str
    change: ChangeLine
    undid: Link | None
    undone_by: Link | None
    then_url: str
    lines: tuple[DifferenceLine, ...]
    more: int
    note: str
    may_edit: bool


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """What is different about a topic between two times."""

    topic: str
    topic_url: str
    changes_url: str
    since: datetime
    until: datetime
    since_url: str
    until_url: str
    since_value: str
    until_value: str
    lines: tuple[DifferenceLine, ...]
    more: int
    error: str


SIGNS = {(False, True): "added", (True, False): "removed", (True, True): "changed"}


def difference_lines(
    found: Differences, map_url: str, slugs: Mapping[int, str], texts: Mapping[tuple[bytes | None, bytes | None], Sequence[Piece]]
) -> tuple[DifferenceLine, ...]:
    """The differences with the addresses of what is there now; `slugs` are those of topics, `texts` comparisons by both digests."""
    return tuple(_line(each, map_url, slugs, texts) for each in found.told)


def _line(
    each: Difference, map_url: str, slugs: Mapping[int, str], texts: Mapping[tuple[bytes | None, bytes | None], Sequence[Piece]]
) -> DifferenceLine:
    key = (each.before.digest if each.before else None, each.after.digest if each.after else None)
    slug = slugs.get(each.topic_id or 0)
    is_text = any(side is not None and side.is_text for side in (each.before, each.after))
    return DifferenceLine(
        what=each.what,
        topic=Link(each.topic, f"{map_url}/topics/{slug}" if slug else "") if each.topic else None,
        sign=SIGNS[each.before is not None, each.after is not None],
        before=_side(each, each.before, map_url),
        after=_side(each, each.after, map_url),
        passages=passages(texts[key]) if key in texts else (),
        versions_url=f"{map_url}/texts/{each.construct_id}/versions" if is_text and not each.is_withheld else "",
    )


def _side(each: Difference, side: Side | None, map_url: str) -> SideLine | None:
    if side is None:
        return None
    note = "This was deleted, and is shown to those who may edit." if each.is_withheld else "Gone for good." if side.is_gone else ""
    has_file = side.digest is not None and not side.is_gone and not side.is_text
    url = f"{map_url}/files/{side.digest.hex()}/file" if has_file and side.digest else ""
    return SideLine(side.kind, side.text, side.context, url, note)
