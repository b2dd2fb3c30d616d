"""ZIP archives, which are never unpacked: what an office document is stands in the names of its parts."""

import struct

from contextualise.lib.media_types.source import Recognised, Source

_TAIL = 1 << 16
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PARTS = (
    (b"word/", _OFFICE + "wordprocessingml.document"),
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", _OFFICE + "presentationml.presentation"),
)


async def recognise(source: Source, head: bytes) -> Recognised | None:
    """ZIP, EPUB, OpenDocument, Office Open XML or tar."""
    if head[257:262] == b"ustar":
        return Recognised("application/x-tar")
    if head.startswith(b"PK\x05\x06"):
        return Recognised("application/zip")
    if not head.startswith(b"PK\x03\x04") or len(head) < 30:
        return None
    method, packed, name_length, extra = struct.unpack_from("<H", head, 8)[0], *struct.unpack_from("<I4xHH", head, 18)
    name = head[30 : 30 + name_length]
    start = 30 + name_length + extra
    if name == b"mimetype" and method == 0 and packed < 100:
        declared = head[start : start + packed].decode("ascii", "replace").strip()
        if declared == "application/epub+zip" or declared.startswith("application/vnd.oasis.opendocument."):
            return Recognised(declared) if declared.isprintable() and " " not in declared else Recognised("application/zip")
    if name in (b"[Content_Types].xml", b"_rels/.rels", b"docProps/app.xml"):
        names = head + await source.read(max(0, source.size - _TAIL), _TAIL)
        return Recognised(next((media_type for part, media_type in _PARTS if part in names), "application/zip"))
    return Recognised("application/zip")
