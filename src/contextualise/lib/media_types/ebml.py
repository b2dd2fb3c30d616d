"""WebM (RFC 8794, RFC 9559): EBML with tracks that browsers play. Matroska proper is kept as a file."""

from collections.abc import Iterator

from contextualise.lib.media_types.source import Recognised, Source

_EBML, _DOC_TYPE = 0x1A45DFA3, 0x4282
_SEGMENT, _TRACKS, _ENTRY, _TRACK_TYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83
_VIDEO, _AUDIO = 1, 2
_LOOKED_AT = 1 << 20

_MATROSKA = Recognised("application/x-matroska", remark="Few browsers play films in Matroska. Save it as MP4 or WebM to see it here.")
_CUT = Recognised("application/octet-stream", remark="This film is incomplete: what tells how to play it is missing.")


async def recognise(source: Source, head: bytes) -> Recognised | None:
    """`video/webm`, or `audio/webm` without a picture; None for what is no EBML."""
    if not head.startswith(_EBML.to_bytes(4, "big")):
        return None
    beginning = await source.read(0, _LOOKED_AT)
    top = dict(_elements(beginning))
    doc_type = dict(_elements(top.get(_EBML, b""))).get(_DOC_TYPE, b"").rstrip(b"\0")
    if doc_type == b"matroska":
        return _MATROSKA
    tracks = dict(_elements(top.get(_SEGMENT, b""))).get(_TRACKS)
    if doc_type != b"webm" or tracks is None:
        return _CUT
    kinds = {int.from_bytes(dict(_elements(entry)).get(_TRACK_TYPE, b""), "big") for name, entry in _elements(tracks) if name == _ENTRY}
    if _VIDEO in kinds:
        return Recognised("video/webm", "video")
    return Recognised("audio/webm", "audio") if _AUDIO in kinds else _CUT


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements in order; one of unknown or too great a length reaches to the end of what there is."""
    offset = 0
    while offset < len(data):
        width = _width(data[offset])
        name = int.from_bytes(data[offset : offset + width], "big")
        offset += width
        if not width or width > 4 or offset >= len(data):
            return
        width = _width(data[offset])
        if not width or offset + width > len(data):
            return
        length = int.from_bytes(data[offset : offset + width], "big") - (1 << 7 * width)
        offset += width
        if length == (1 << 7 * width) - 1:
            length = len(data) - offset
        yield name, data[offset : offset + length]
        offset += length


def _width(first: int) -> int:
    """The number of bytes of a number that begins so; 0 for a byte that begins none."""
    return 9 - first.bit_length() if first else 0
