"""Pictures that every browser shows; whether they are whole is found out when their smaller copies are made."""

import struct

from contextualise.lib.media_types.source import Recognised, Source

_NO_PICTURE = Recognised("application/octet-stream", remark="This begins like a picture but is none.")
_LONGEST_HEADER = 400  # segments of a JPEG before its picture; more are not looked at


async def recognise(source: Source, head: bytes) -> Recognised | None:
    """PNG, JPEG, GIF and WebP whose header is sound; None for anything else."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Recognised("image/png", "image") if _is_png(head) else _NO_PICTURE
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Recognised("image/gif", "image") if _is_gif(head) else _NO_PICTURE
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Recognised("image/webp", "image") if head[12:16] in (b"VP8 ", b"VP8L", b"VP8X") else _NO_PICTURE
    if head.startswith(b"\xff\xd8\xff"):
        return Recognised("image/jpeg", "image") if await _is_jpeg(source) else _NO_PICTURE
    if head.startswith(b"BM") and len(head) > 18 and struct.unpack_from("<I", head, 14)[0] in (12, 40, 52, 56, 108, 124):
        return Recognised("image/bmp")
    return None


def _is_png(head: bytes) -> bool:
    if len(head) < 33 or head[8:16] != b"\0\0\0\rIHDR":
        return False
    width, height = (int.from_bytes(head[at : at + 4], "big") for at in (16, 20))
    return 0 < width < 1 << 31 and 0 < height < 1 << 31


def _is_gif(head: bytes) -> bool:
    """A screen of some size, and behind its colours a block of the format: a program that calls itself GIF89a has none."""
    if len(head) < 14:
        return False
    width, height, flags = struct.unpack_from("<HHB", head, 6)
    colours = 3 << ((flags & 7) + 1) if flags & 0x80 else 0
    return bool(width and height) and head[13 + colours : 14 + colours] in (b"\x21", b"\x2c")


async def _is_jpeg(source: Source) -> bool:
    """Sound segments up to the one that tells the size of the picture (ITU-T T.81, B.2)."""
    offset = 2
    for _ in range(_LONGEST_HEADER):
        header = await source.read(offset, 9)
        if len(header) < 4 or header[0] != 0xFF:
            return False
        marker = header[1]
        if marker == 0xFF:  # a fill byte
            offset += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return len(header) == 9 and header[5:7] != b"\0\0" and header[7:9] != b"\0\0"
        if marker in (0xD8, 0xD9, 0xDA):
            return False
        length = int.from_bytes(header[2:4], "big")
        if length < 2:
            return False
        offset += 2 + length
    return False
