"""The versions of a text, and two of them compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contextualise.domain.versions import TextHistory, Version
from contextualise.lib.differences import Piece
from contextualise.web.pages.history.passages import Passage, counted, passages
from contextualise.web.pages.topics.links import Link


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of a text in the list; the older and newer one of the comparison are marked."""

    number: int
    at: datetime
    who: str
    bytes: int | None
    is_current: bool
    is_old: bool
    is_new: bool
    url: str
    restore_url: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions by words."""

    old: datetime
    new: datetime
    passages: tuple[Passage, ...]
    deleted: int
    added: int


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """The versions of a text; `expected` is the present one, which restoring replaces."""

    title: str
    back: Link
    action: str
    versions: tuple[VersionLine, ...]
    comparison: Comparison | None
    note: str
    expected: str
    may_edit: bool


def versions_page(
    history: TextHistory,
    map_url: str,
    back: Link,
    old: Version | None,
    new: Version | None,
    pieces: Sequence[Piece] | None,
    note: str,
    *,
    may_edit: bool,
) -> VersionsPage:
    """The page; `pieces` compare the old version with the new one."""
    action = f"{map_url}/texts/{history.occurrence_id}/versions"
    current = history.current
    comparison = None
    if pieces is not None and old is not None and new is not None:
        comparison = Comparison(old.at, new.at, passages(pieces), *counted(pieces))
    return VersionsPage(
        title=f"Versions of the text of {history.topic}",
        back=back,
        action=action,
        versions=tuple(
            _line(version, map_url, action, old, new, may_restore=may_edit and history.is_there) for version in history.versions
        ),
        comparison=comparison,
        note=note,
        expected=current.digest.hex() if current else "",
        may_edit=may_edit,
    )


def _line(version: Version, map_url: str, action: str, old: Version | None, new: Version | None, *, may_restore: bool) -> VersionLine:
    may_restore = may_restore and not version.is_current and version.bytes is not None
    return VersionLine(
        number=version.change_id,
        at=version.at,
        who=version.user_name or ("Somebody" if version.change_id else ""),
        bytes=version.bytes,
        is_current=version.is_current,
        is_old=version is old,
        is_new=version is new,
        url=f"{map_url}/changes/{version.change_id}" if version.change_id else "",
        restore_url=f"{action}/{version.change_id}/restoration" if may_restore else "",
    )
