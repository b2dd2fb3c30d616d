"""Takes out of a photograph where it was taken, without touching the picture or anything else that is told about it.

JPEG, PNG and WebP are taken apart into their pieces; those that tell of a place are replaced, all others are copied as they are. In AVIF
and HEIC they are overwritten.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_GPS = 0x8825  # the tag of Exif 2.32, 4.6.3, that points at the directory of positions
_LONGEST = 16 << 20  # a piece of metadata that is larger is none of a camera's
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}

_TIFF = re.compile(rb"II\*\0\x08\0\0\0|MM\0\*\0\0\0\x08")

# Properties of XMP that tell of a place, as attribute or as element: Exif positions, IPTC Core and Extension, Photoshop.
_PLACES = (
    rb"(?:exif:GPS\w+|photoshop:(?:City|State|Country)|Iptc4xmpCore:(?:Location|CountryCode)"
    rb"|Iptc4xmpExt:Location(?:Created|Shown)|GettyImagesGIFT:\w*Location\w*)"
)
_XMP_PLACE = re.compile(rb"<(" + _PLACES + rb")\b[^>]*?(?:/>|>.*?</\1\s*>)|\s" + _PLACES + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Copied:
    """A piece of the file as it was."""

    offset: int
    length: int


Piece = Copied | bytes


def without_location(file: BinaryIO) -> list[Piece] | None:
    """The pieces of the same picture without its place; None where none is told or the file is of no such format."""
    file.seek(0)
    head = file.read(12)
    if head.startswith(b"\xff\xd8"):
        pieces = list(_jpeg(file))
    elif head.startswith(b"\x89PNG\r\n\x1a\n"):
        pieces = list(_png(file))
    elif head.startswith(b"RIFF") and head[8:] == b"WEBP":
        pieces = _webp(file)
    elif head[4:8] == b"ftyp":
        pieces = list(_boxes(file))
    else:
        return None
    return pieces if any(isinstance(piece, bytes) for piece in pieces) else None


def _jpeg(file: BinaryIO) -> Iterator[Piece]:
    """Segments up to the picture itself (ITU-T T.81, B.1); what follows is copied."""
    offset = 2
    yield Copied(0, 2)
    while True:
        file.seek(offset)
        header = file.read(4)
        if header[:2] == b"\xff\xff":  # a fill byte
            yield Copied(offset, 1)
            offset += 1
            continue
        marker, length = header[1:2], int.from_bytes(header[2:4], "big")
        # Whatever is behind a damage is copied: programs that read on find what was taken out before it.
        if header[:1] != b"\xff" or length < 2 or marker == b"\xda":
            break
        changed = None
        if marker == b"\xe1":
            content = file.read(length - 2)
            changed = _clean_app1(content)
        yield Copied(offset, 2 + length) if changed is None else header[:2] + (2 + len(changed)).to_bytes(2, "big") + changed
        offset += 2 + length
    yield Copied(offset, _size(file) - offset)


def _clean_app1(content: bytes) -> bytes | None:
    if content.startswith(_EXIF):
        cleaned = clean_exif(content[len(_EXIF) :])
        return None if cleaned is None else _EXIF + cleaned
    if content.startswith(_XMP):
        cleaned = clean_xmp(content[len(_XMP) :])
        return None if cleaned is None else _XMP + cleaned
    return None


def _png(file: BinaryIO) -> Iterator[Piece]:
    """Chunks (PNG 3rd edition, 5.3); text chunks of other programs with XMP or EXIF in hexadecimal go as a whole when they tell a place."""
    yield Copied(0, 8)
    offset, end = 8, _size(file)
    while offset < end:
        file.seek(offset)
        header = file.read(8)
        if len(header) < 8:
            break
        length, name = struct.unpack(">I4s", header)
        if name in (b"eXIf", b"iTXt", b"zTXt", b"tEXt") and length <= _LONGEST:
            cleaned = _clean_chunk(name, file.read(length))
            yield Copied(offset, 12 + length) if cleaned is None else cleaned
        else:
            yield Copied(offset, min(12 + length, end - offset))
        offset += 12 + length
        if name == b"IEND":
            break
    if offset < end:
        yield Copied(offset, end - offset)


def _clean_chunk(name: bytes, content: bytes) -> bytes | None:
    if name == b"eXIf":
        cleaned = clean_exif(content)
        return None if cleaned is None else _chunk(name, cleaned)
    keyword, _, rest = content.partition(b"\0")
    if name == b"iTXt" and keyword == b"XML:com.adobe.xmp":
        packed, languages = rest[:1] == b"\1", rest[2:].split(b"\0", 2)
        text = languages[-1]
        if packed:
            return b"" if _XMP_PLACE.search(_unpacked(text)) else None
        cleaned = clean_xmp(text)
        return None if cleaned is None else _chunk(name, content[: len(content) - len(text)] + cleaned)
    if keyword.startswith(b"Raw profile type "):
        # ImageMagick's: a length and hexadecimal digits. Nothing but metadata is in it.
        text = _unpacked(rest[1:]) if name == b"zTXt" else rest
        profile = bytes.fromhex("".join(text.decode("ascii", "ignore").split()[2:])) if _is_hexadecimal(text) else b""
        told = clean_exif(profile.removeprefix(_EXIF)) is not None or bool(_XMP_PLACE.search(profile))
        return b"" if told else None
    return None


def _is_hexadecimal(text: bytes) -> bool:
    digits = b"".join(text.split()[2:])
    return len(digits) % 2 == 0 and re.fullmatch(rb"[0-9A-Fa-f]*", digits) is not None


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _LONGEST)
    except zlib.error:
        return b""


def _webp(file: BinaryIO) -> list[Piece]:
    """Chunks of RIFF (RFC 9649, 2.3), each of even length."""
    pieces: list[Piece] = []
    size, offset = _size(file), 12
    while offset + 8 <= size:
        file.seek(offset)
        name, length = struct.unpack("<4sI", file.read(8))
        cleaned = None
        if name in (b"EXIF", b"XMP ") and length <= _LONGEST:
            content = file.read(length)
            cleaned = clean_xmp(content) if name == b"XMP " else clean_exif(content.removeprefix(_EXIF))
        whole = min(8 + length + length % 2, size - offset)
        pieces.append(
            Copied(offset, whole) if cleaned is None else struct.pack("<4sI", name, len(cleaned)) + cleaned + b"\0" * (len(cleaned) % 2)
        )
        offset += whole
    if offset < size:
        pieces.append(Copied(offset, size - offset))
    if not any(isinstance(piece, bytes) for piece in pieces):
        return []
    whole = sum(len(piece) if isinstance(piece, bytes) else piece.length for piece in pieces)
    return [b"RIFF" + struct.pack("<I", 4 + whole) + b"WEBP", *pieces]


def _boxes(file: BinaryIO) -> Iterator[Piece]:
    """AVIF and HEIC point at their metadata by offset (ISO/IEC 23008-12): it is overwritten where it is, by as many bytes."""
    file.seek(0)
    data = file.read(_LONGEST)
    changed = bytearray(data)
    for found in _TIFF.finditer(data):
        cleaned = clean_exif(bytes(changed[found.start() :]))
        if cleaned is not None:
            changed[found.start() :] = cleaned
    for place in _XMP_PLACE.finditer(bytes(changed)):
        changed[place.start() : place.end()] = b" " * len(place[0])
    yield Copied(0, len(data)) if changed == data else bytes(changed)
    yield Copied(len(data), _size(file) - len(data))


def clean_xmp(packet: bytes) -> bytes | None:
    """The packet without properties that tell of a place; None when it has none."""
    cleaned, count = _XMP_PLACE.subn(b"", packet)
    return cleaned if count else None


def clean_exif(tiff: bytes) -> bytes | None:
    """The same metadata with the directory of positions overwritten and its entry gone; None when it has none (TIFF 6.0, 2).

    Nothing moves, so that every other offset stays right, those in makers' notes too.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    data = bytearray(tiff)
    try:
        (directory,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, directory)
        first = directory + 2
        tags = [struct.unpack_from(order + "H", data, first + 12 * number)[0] for number in range(count)]
        if _GPS not in tags:
            return None
        number = tags.index(_GPS)
        (positions,) = struct.unpack_from(order + "I", data, first + 12 * number + 8)
        _wipe(data, order, positions)
        end = first + 12 * count + 4  # with the offset of the next directory
        entry = first + 12 * number
        data[entry:end] = data[entry + 12 : end] + bytes(12)
        struct.pack_into(order + "H", data, directory, count - 1)
    except (struct.error, IndexError):
        return None
    return bytes(data)


def _wipe(data: bytearray, order: str, directory: int) -> None:
    """Overwrite a directory and the values that lie elsewhere; one that reaches beyond the end is left to its broken pointer."""
    try:
        (count,) = struct.unpack_from(order + "H", data, directory)
        for number in range(count):
            entry = directory + 2 + 12 * number
            _, kind, amount, place = struct.unpack_from(order + "HHII", data, entry)
            length = _SIZES.get(kind, 1) * amount
            if length > 4 and place + length <= len(data):
                data[place : place + length] = bytes(length)
            data[entry : entry + 12] = bytes(12)
        data[directory : directory + 2] = bytes(2)
    except struct.error:
        return


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)
