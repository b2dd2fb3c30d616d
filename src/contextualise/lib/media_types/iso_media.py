"""Films, sounds and pictures in boxes (ISO/IEC 14496-12): MP4, M4A, MOV, AVIF, HEIC."""

from collections.abc import Iterator

from contextualise.lib.media_types.source import Recognised, Source

_VIDEO = frozenset({b"avc1", b"avc3", b"hvc1", b"hev1", b"vp08", b"vp09", b"av01"})
_AUDIO = frozenset({b"mp4a", b"Opus", b"fLaC", b".mp3"})
_MOST_BOXES = 300
_LONGEST_MOOV = 8 << 20

_OTHER = Recognised("application/mp4", remark="No browser plays what is in this film. Save it as MP4 with H.264 to see it here.")
_CUT = Recognised("application/mp4", remark="This film is incomplete: what tells how to play it is missing.")


async def recognise(source: Source, head: bytes) -> Recognised | None:
    """By brand and by tracks: `video/mp4` and `audio/mp4` only with codecs that browsers play."""
    if head[4:8] != b"ftyp":
        return None
    length = int.from_bytes(head[:4], "big")
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, min(length, 400, len(head)), 4)}
    if b"avif" in brands or b"avis" in brands:
        return Recognised("image/avif", "image")
    if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}:
        return Recognised("image/heic", remark="Few browsers show pictures in HEIC. Save it as JPEG to see it here.")
    moov = await _moov(source)
    if moov is None:
        return _CUT
    codecs = dict(_tracks(moov))
    if b"vide" in codecs:
        return Recognised("video/mp4", "video") if codecs[b"vide"] in _VIDEO else _OTHER
    return Recognised("audio/mp4", "audio") if codecs.get(b"soun") in _AUDIO else _OTHER


async def _moov(source: Source) -> bytes | None:
    """The box that describes the tracks, which stands before or after gigabytes of film."""
    offset = 0
    for _ in range(_MOST_BOXES):
        header = await source.read(offset, 16)
        if len(header) < 8:
            return None
        length = int.from_bytes(header[:4], "big")
        start = 8
        if length == 1:
            length, start = int.from_bytes(header[8:16], "big"), 16
        elif length == 0:
            length = source.size - offset
        if length < start:
            return None
        if header[4:8] == b"moov":
            body = await source.read(offset + start, min(length - start, _LONGEST_MOOV))
            return body or None
        offset += length
    return None


def _tracks(moov: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each track's handler (`vide`, `soun`) and the name of its codec; of several of a kind the first one counts."""
    seen = set()
    for name, trak in _boxes(moov):
        if name != b"trak":
            continue
        media = dict(_boxes(dict(_boxes(trak)).get(b"mdia", b"")))
        handler = media.get(b"hdlr", b"")[8:12]
        table = dict(_boxes(dict(_boxes(media.get(b"minf", b""))).get(b"stbl", b"")))
        codec = table.get(b"stsd", b"")[12:16]
        if handler and handler not in seen:
            seen.add(handler)
            yield handler, codec


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    offset = 0
    while offset + 8 <= len(data):
        length = int.from_bytes(data[offset : offset + 4], "big")
        if length < 8:
            return
        yield data[offset + 4 : offset + 8], data[offset + 8 : offset + length]
        offset += length
