"""Pictures and files of a topic."""

from dataclasses import dataclass

from contextualise.repository.reading.records import OccurrenceRow
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.facts import Fact

IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})


@dataclass(frozen=True, slots=True)
class Resource:
    """A link, picture or file; `href` is empty for an address that must not be followed."""

    id: int
    text: str
    href: str
    note: str
    kind: str
    icon: str
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


def file_of(row: OccurrenceRow, page: Bearings, media_type: str) -> Resource:
    """Content that is no text."""
    name = row.file_name or row.title or "file"
    href = page.addresses.file(row.value.removeprefix("sha256:"), name)
    is_image = media_type in IMAGES
    note = "" if is_image else f"{_format(name, media_type)}, {_size(row.bytes or 0)}"
    return resource_of(row, page, row.title or ("" if is_image else name), href, note, "image" if is_image else "file-text")


def resource_of(row: OccurrenceRow, page: Bearings, text: str, href: str, note: str, icon: str) -> Resource:
    """What links, pictures and files have in common."""
    kind, _ = page.kind(row.type_id)
    return Resource(row.id, text, href, note, kind, icon, page.scopes.links(row.scope_id), page.details(row.id))


def _format(name: str, media_type: str) -> str:
    ending = name.rpartition(".")[2]
    return ending.upper() if "." in name and len(ending) <= 5 else media_type


def _size(size: int) -> str:
    for unit, limit in (("bytes", 1e3), ("kB", 1e6), ("MB", 1e9)):
        if size < limit:
            return f"{size} bytes" if unit == "bytes" else f"{size / (limit / 1e3):.1f} {unit}"
    return f"{size / 1e9:.1f} GB"
