"""Pictures, films, sound, 3D scenes and files of a topic."""

from dataclasses import dataclass

from contextualise.lib.kinds import IMAGES as IMAGES
from contextualise.repository.reading.records import OccurrenceRow
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.facts import Fact

SMALL = 1_500_000  # bytes of a picture that may be shown as it came while there are no smaller ones of it
ROW = 11  # rem: the height of a row of pictures, before it is stretched
RATIOS = (10, 60)  # from half as wide as high to three times as wide; what is beyond is cut
PHONE_ROW = 7.5


@dataclass(frozen=True, slots=True)
class Resource:
    """A link or file; `href` is empty for an address that must not be followed."""

    id: int
    text: str
    href: str
    note: str
    kind: str
    icon: str
    about: str
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the gallery; `href` are its own bytes, `shown` is the largest that is good to look at, `src` the one for a small place.

    `ratio` is width to height in twentieths, within what a row of pictures bears. `src` is empty while nothing can be shown.
    `alt` is None as long as nobody said what it shows, and empty for a decoration.
    """

    id: int
    href: str
    src: str
    srcset: str
    sizes: str
    shown: str
    width: int | None
    height: int | None
    ratio: int
    alt: str | None
    caption: str
    note: str
    is_waiting: bool
    moves: bool
    problem: str
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """A film or a sound that the browser plays; a film has a poster once somebody's browser made one."""

    id: int
    href: str
    text: str
    note: str
    about: str
    is_film: bool
    poster: str
    width: int | None
    height: int | None
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A 3D scene: its poster, and the page that shows it moving."""

    id: int
    href: str
    text: str
    note: str
    alt: str
    player: str
    poster: str
    width: int | None
    height: int | None
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


def picture_of(row: OccurrenceRow, page: Bearings, media_type: str) -> Picture:
    """Content that is a picture."""
    href = _href(row, page)
    moves = media_type == "image/gif"
    small = (row.bytes or 0) <= SMALL and row.problem is None
    largest = row.renditions[-1] if row.renditions else None
    best = _rendition(href, largest[0]) if largest else href if small or (row.is_examined and row.problem is None) else ""
    width, height = row.width, row.height
    return Picture(
        id=row.id,
        href=href,
        src=_rendition(href, _nearest(row, 640)) if largest else best,
        srcset=", ".join(f"{_rendition(href, size)} {size}w" for size, _ in row.renditions) if len(row.renditions) > 1 else "",
        sizes=_sizes(_ratio(row)),
        shown=href if moves and best else best,
        width=width or (largest[0] if largest else None),
        height=height or (largest[1] if largest else None),
        ratio=_ratio(row),
        alt=row.alt,
        caption=row.title or "",
        note=_note(row, media_type),
        is_waiting=not row.is_examined,
        moves=moves,
        problem=row.problem or "",
        themes=page.scopes.links(row.scope_id),
        details=page.details(row.id),
    )


def recording_of(row: OccurrenceRow, page: Bearings, media_type: str) -> Recording:
    """Content that the browser plays."""
    href = _href(row, page)
    size = next((size for size in reversed(row.renditions) if size[0] <= 1280), row.renditions[0] if row.renditions else None)
    return Recording(
        id=row.id,
        href=href,
        text=row.title or row.file_name or ("Film" if media_type.startswith("video/") else "Sound"),
        note=_note(row, media_type),
        about=row.alt or "",
        is_film=media_type.startswith("video/"),
        poster=_rendition(href, size[0]) if size else "",
        width=row.width or (size[0] if size else None),
        height=row.height or (size[1] if size else None),
        themes=page.scopes.links(row.scope_id),
        details=page.details(row.id),
    )


def scene_of(row: OccurrenceRow, page: Bearings, media_type: str) -> Scene:
    """Content that is a 3D scene."""
    href = _href(row, page)
    size = next((size for size in reversed(row.renditions) if size[0] <= 1280), row.renditions[0] if row.renditions else None)
    text = row.title or row.file_name or "3D scene"
    return Scene(
        id=row.id,
        href=href,
        text=text,
        note=_note(row, media_type),
        alt=row.alt or "",
        player=f"{page.addresses.map_url}/players/{row.id}",
        poster=_rendition(href, size[0]) if size else "",
        width=size[0] if size else None,
        height=size[1] if size else None,
        themes=page.scopes.links(row.scope_id),
        details=page.details(row.id),
    )


def file_of(row: OccurrenceRow, page: Bearings, media_type: str) -> Resource:
    """Content that is for other programs."""
    text = row.title or row.file_name or "File"
    return resource_of(row, page, text, _href(row, page), _note(row, media_type), _icon(media_type))


def resource_of(row: OccurrenceRow, page: Bearings, text: str, href: str, note: str, icon: str) -> Resource:
    """What links and files have in common."""
    kind, _ = page.kind(row.type_id)
    return Resource(row.id, text, href, note, kind, icon, row.alt or "", page.scopes.links(row.scope_id), page.details(row.id))


def _href(row: OccurrenceRow, page: Bearings) -> str:
    return page.addresses.file(row.value.removeprefix("sha256:"), row.file_name or row.title or "file")


def _rendition(href: str, width: int) -> str:
    return f"{href}?width={width}"


def _nearest(row: OccurrenceRow, width: int) -> int:
    """The smallest rendition that is at least so wide, else the largest."""
    return next((size for size, _ in row.renditions if size >= width), row.renditions[-1][0])


def _sizes(ratio: int) -> str:
    """How wide a picture of this shape comes to stand in a row, which is stretched to the whole width."""
    phone, page = (min(most, round(row * 1.3 * ratio / 20)) for row, most in ((PHONE_ROW, 24), (ROW, 38)))
    return f"(max-width: 44rem) {phone}rem, {page}rem"


def _ratio(row: OccurrenceRow) -> int:
    """Width to height in twentieths; a style sheet has a class for each. A picture of unknown size is taken to be 4 by 3."""
    width, height = row.width or 0, row.height or 0
    return min(RATIOS[1], max(RATIOS[0], round(20 * width / height))) if width and height else 27


def _note(row: OccurrenceRow, media_type: str) -> str:
    return f"{_format(row.file_name or '', media_type)}, {_size(row.bytes or 0)}"


def _format(name: str, media_type: str) -> str:
    ending = name.rpartition(".")[2]
    return ending.upper() if "." in name and ending.isalnum() and len(ending) <= 5 else media_type


def _size(size: int) -> str:
    for unit, limit in (("bytes", 1e3), ("kB", 1e6), ("MB", 1e9)):
        if size < limit:
            return f"{size} bytes" if unit == "bytes" else f"{size / (limit / 1e3):.1f} {unit}"
    return f"{size / 1e9:.1f} GB"


def _icon(media_type: str) -> str:
    if media_type.startswith("text/") or media_type in ("application/pdf", "application/rtf") or "document" in media_type:
        return "file-text"
    if media_type in ("application/zip", "application/gzip", "application/x-tar", "application/x-7z-compressed"):
        return "archive"
    return "file"
