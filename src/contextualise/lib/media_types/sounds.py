"""Sounds: WAV, FLAC, MP3, AAC and what an Ogg holds."""

from contextualise.lib.media_types.source import Recognised, Source

_SILENT = Recognised("application/octet-stream", remark="There is no sound in this file.")
_UNPLAYED = Recognised(
    "application/octet-stream", remark="No browser plays this kind of sound. Save it as MP3, Opus or FLAC to hear it here."
)
_WAVE_FORMATS = frozenset({1, 3, 6, 7, 0xFFFE})  # PCM, floating point, A-law, μ-law, and the extensible one
_OGG_AUDIO = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC")


async def recognise(source: Source, head: bytes) -> Recognised | None:
    """By header, and for MP3 and AAC, which have none, by two frames in a row."""
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return await _wave(source)
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return Recognised("application/x-avi", remark="No browser plays films in AVI. Save it as MP4 to see it here.")
    if head.startswith(b"fLaC"):
        return Recognised("audio/flac", "audio") if head[4:8] in (b"\0\0\0\x22", b"\x80\0\0\x22") else _SILENT
    if head.startswith(b"OggS"):
        return _ogg(head)
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return _UNPLAYED
    if head.startswith(b"ID3"):
        size = int("".join(f"{byte & 0x7F:07b}" for byte in head[6:10]) or "0", 2)
        start = 10 + size + (10 if head[5:6] and head[5] & 0x10 else 0)
        return await _frames(source, start) or _SILENT
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return await _frames(source, 0)
    return None


async def _wave(source: Source) -> Recognised:
    offset, code = 12, 0
    for _ in range(100):
        header = await source.read(offset, 10)
        if len(header) < 8:
            return _SILENT
        length = int.from_bytes(header[4:8], "little")
        if header[:4] == b"fmt ":
            code = int.from_bytes(header[8:10], "little")
        elif header[:4] == b"data":
            if not length or offset + 8 >= source.size:
                return _SILENT
            return Recognised("audio/wav", "audio") if code in _WAVE_FORMATS else _UNPLAYED
        offset += 8 + length + length % 2
    return _SILENT


def _ogg(head: bytes) -> Recognised:
    """The first page of each stream tells its codec (RFC 3533, 6)."""
    codecs, offset = [], 0
    while head[offset : offset + 4] == b"OggS" and len(head) > offset + 27 and head[offset + 5] & 2:
        segments = head[offset + 26]
        start = offset + 27 + segments
        codecs.append(head[start : start + 8])
        offset = start + sum(head[offset + 27 : start])
    if codecs and all(codec.startswith(_OGG_AUDIO) for codec in codecs):
        return Recognised("audio/ogg", "audio")
    return Recognised("application/ogg", remark="No browser plays what is in this Ogg file.") if codecs else _SILENT


async def _frames(source: Source, start: int) -> Recognised | None:
    """MP3 or AAC where two frames follow each other, the second possibly the end of the file."""
    for length_of, media_type in ((_mp3_frame, "audio/mpeg"), (_aac_frame, "audio/aac")):
        length = length_of(await source.read(start, 7))
        if length:
            following = await source.read(start + length, 7)
            if length_of(following) or start + length == source.size:
                return Recognised(media_type, "audio")
    return None


_MP3_RATES = {
    3: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _mp3_frame(header: bytes) -> int:
    """Length of a frame of MPEG-1, -2 or -2.5 Layer III in bytes, or 0."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, frequency = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or not 0 < rate < 15 or frequency == 3:
        return 0
    kilobits = _MP3_RATES[3 if version == 3 else 2][rate - 1]
    return (144 if version == 3 else 72) * kilobits * 1000 // _MP3_SAMPLES[version][frequency] + (header[2] >> 1 & 1)


def _aac_frame(header: bytes) -> int:
    """Length of an ADTS frame in bytes, or 0."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > 7 else 0
