"""Files of all kinds, made here: the smallest that are what they are, and awkward ones that only look so."""

import io
import json
import struct
import wave
import zipfile
import zlib
from typing import Any

from PIL import Image


def picture(width: int = 40, height: int = 30, format: str = "PNG", colour: str = "teal", **options: Any) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, format, **options)
    return file.getvalue()


def photograph(format: str = "JPEG", *, located: bool = True, orientation: int = 1, size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture with the metadata of a camera: maker, orientation and, if wanted, the place."""
    exif = Image.Exif()
    exif[0x010F] = "Camera & Sons"
    exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x9003] = "2026:01:02 03:04:05"
    if located:
        exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.9), 3: "E", 4: (2.0, 17.0, 40.2)})
    file = io.BytesIO()
    Image.new("RGB", size, "olive").save(file, format, exif=exif)
    return file.getvalue()


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of ISO media."""
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), name) + content


def film(*codecs: tuple[bytes, bytes], brand: bytes = b"isom", moov_last: bool = True) -> bytes:
    """An MP4 with tracks (handler, codec) that hold nothing."""
    tracks = []
    for handler, codec in codecs or ((b"vide", b"avc1"), (b"soun", b"mp4a")):
        table = box(b"stbl", box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(8))))
        tracks.append(box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13)), box(b"minf", table))))
    head, moov, data = box(b"ftyp", brand, bytes(4), brand), box(b"moov", *tracks), box(b"mdat", bytes(500))
    return head + (data + moov if moov_last else moov + data)


def element(name: int, content: bytes) -> bytes:
    """An element of EBML."""
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + (0x10000000 | len(content)).to_bytes(4, "big") + content


def webm(*kinds: int, doc_type: bytes = b"webm") -> bytes:
    """A WebM with tracks of these kinds (1 video, 2 audio)."""
    entries = b"".join(element(0xAE, element(0x83, bytes([kind]))) for kind in kinds)
    head = element(0x1A45DFA3, element(0x4282, doc_type))
    return head + element(0x18538067, element(0x1654AE6B, entries) + element(0x1F43B675, bytes(9)))


def sound(seconds: float = 0.1) -> bytes:
    """A WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(int(16000 * seconds)))
    return file.getvalue()


def mp3(frames: int = 3) -> bytes:
    """Silent frames of MPEG-1 Layer III at 128 kbit/s and 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def ogg(codec: bytes) -> bytes:
    """The first page of an Ogg stream with a codec's header."""
    content = codec + bytes(20)
    return b"OggS\0\x02" + bytes(20) + bytes([1, len(content)]) + content


def glb(scene: dict[str, Any] | None = None, binary: bytes = b"\0" * 12) -> bytes:
    """A 3D scene in one file."""
    text = json.dumps(scene or {"asset": {"version": "2.0"}, "buffers": [{"byteLength": len(binary)}]}).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def archive(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as written:
        for name, content in entries:
            written.writestr(name, content)
    return file.getvalue()


def office(part: str) -> bytes:
    """A document of Office Open XML: `word/document.xml` and the like."""
    return archive(("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", b"<Relationships/>"), (part, b"<x/>"))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
