"""The place goes out of a photograph; the picture and everything else that is told about it stay as they were."""

import io
import struct
import zlib

import pytest
from PIL import Image

from contextualise.lib.locations import Copied, without_location
from tests.media_samples import photograph, picture

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description exif:GPSLatitude="48,51.5N" exif:GPSLongitude="2,17.6E"'
    b' dc:creator="Ada" photoshop:City="Paris"><Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li>Eiffel Tower</rdf:li></rdf:Bag>'
    b"</Iptc4xmpExt:LocationCreated><exif:GPSAltitude>35</exif:GPSAltitude><dc:title>Tower</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
)
PLACES = (b"GPS", b"48,51", b"Paris", b"Eiffel")


def cleaned(data: bytes) -> bytes | None:
    pieces = without_location(io.BytesIO(data))
    if pieces is None:
        return None
    return b"".join(data[piece.offset : piece.offset + piece.length] if isinstance(piece, Copied) else piece for piece in pieces)


def pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_position_of_the_camera_goes_and_the_rest_stays(format: str) -> None:
    data = photograph(format, orientation=6)
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    after = cleaned(data)
    assert after is not None
    exif = Image.open(io.BytesIO(after)).getexif()
    assert not exif.get_ifd(0x8825) and 0x8825 not in exif
    assert (exif[0x010F], exif[0x0112], exif.get_ifd(0x8769)[0x9003]) == ("Camera & Sons", 6, "2026:01:02 03:04:05")
    assert pixels(after) == pixels(data)
    assert struct.pack(">II", 48, 1) not in after and struct.pack("<II", 48, 1) not in after, "the numbers themselves are overwritten"
    assert cleaned(after) is None, "nothing is left to take out"
    Image.open(io.BytesIO(after)).verify()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_picture_that_tells_no_place_is_left_alone(format: str) -> None:
    assert cleaned(photograph(format, located=False)) is None
    assert cleaned(picture(format=format)) is None


def with_xmp(format: str) -> bytes:
    plain = picture(format=format)
    if format == "JPEG":
        content = b"http://ns.adobe.com/xap/1.0/\0" + XMP
        return plain[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(content)) + content + plain[2:]
    if format == "PNG":
        return plain[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP) + plain[33:]
    return picture(format=format, xmp=XMP)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_places_in_xmp_go_and_the_rest_stays(format: str) -> None:
    data = with_xmp(format)
    assert all(place in data for place in PLACES)
    after = cleaned(data)
    assert after is not None
    assert not any(place in after for place in PLACES)
    assert b'dc:creator="Ada"' in after and b"<dc:title>Tower</dc:title>" in after
    assert pixels(after) == pixels(data)
    Image.open(io.BytesIO(after)).verify()


def test_packed_text_of_a_png_goes_as_a_whole() -> None:
    plain = picture()
    packed = chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP))
    hexadecimal = zlib.compress(b"\nexif\n      80\n" + Image.open(io.BytesIO(photograph("JPEG"))).info["exif"].hex().encode())
    profile = chunk(b"zTXt", b"Raw profile type exif\0\0" + hexadecimal)
    other = chunk(b"tEXt", b"Author\0Ada")
    assert cleaned(plain[:33] + packed + other + profile + plain[33:]) == plain[:33] + other + plain[33:]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\x00\x04ab", b"GIF89a", b"\x89PNG\r\n\x1a\n\0\0\0", b"RIFF\0\0\0\0WEBP"]
)
def test_stumps_are_left_alone(data: bytes) -> None:
    assert cleaned(data) is None


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_damage_behind_the_metadata_does_not_keep_the_place_in(format: str) -> None:
    data = photograph(format, size=(600, 400))
    at = data.find(b"Camera & Sons") + 600
    for cut in (data[:at], data[:at] + b"\0" * 50):
        after = cleaned(cut)
        assert after is None or (struct.pack(">II", 48, 1) not in after and struct.pack("<II", 48, 1) not in after)
    assert cleaned(data[:at]) is not None or format != "JPEG"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_every_broken_byte_is_borne(format: str) -> None:
    data = photograph(format)
    for position in range(0, min(len(data), 900), 7):
        for value in (0, 255, data[position] ^ 0x40):
            changed = bytearray(data)
            changed[position] = value
            cleaned(bytes(changed))
