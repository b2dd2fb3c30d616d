"""Uploaded pictures come out small, upright and without metadata, or are refused with a reason."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image

from contextualise.lib.images import ImageRefused, prepare_image


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def photograph(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue; upper left corner green."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    image.paste("lime", (0, 0, width // 4, height // 4))
    return image.convert(mode)


def reopened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["WEBP"])


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP"])
def test_picture_comes_in_two_sizes(format: str) -> None:
    prepared = prepare_image(encoded(photograph(2000, 1000), format))
    assert (prepared.large.width, prepared.large.height) == reopened(prepared.large.data).size == (1200, 600)
    assert (prepared.small.width, prepared.small.height) == reopened(prepared.small.data).size == (400, 200)


def test_small_picture_is_not_enlarged_and_high_one_fits() -> None:
    assert prepare_image(encoded(photograph(30, 20), "PNG")).large.width == 30
    high = prepare_image(encoded(photograph(300, 3000), "PNG"))
    assert (high.large.width, high.large.height) == (240, 2400)
    assert (high.small.width, high.small.height) == (80, 800)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "I"])
def test_every_kind_of_png(mode: str) -> None:
    image = Image.new("I;16", (20, 10), 40_000) if mode.startswith("I") else photograph(20, 10, mode)
    assert reopened(prepare_image(encoded(image, "PNG")).large.data).size == (20, 10)


def test_sixteen_bits_keep_their_brightness() -> None:
    grey = reopened(prepare_image(encoded(Image.new("I;16", (20, 10), 0x8000), "PNG")).large.data).convert("L")
    assert grey.getpixel((5, 5)) == pytest.approx(128, abs=4)


def test_print_colours_become_those_of_screens() -> None:
    red = reopened(prepare_image(encoded(photograph(40, 40).convert("CMYK"), "JPEG")).large.data).convert("RGB").getpixel((10, 30))
    assert isinstance(red, tuple) and red[0] > 180 > 90 > red[2]


def test_transparency_stays() -> None:
    image = Image.new("RGBA", (20, 10), (255, 0, 0, 0))
    assert reopened(prepare_image(encoded(image, "PNG")).large.data).getchannel("A").getpixel((5, 5)) == 0


def test_picture_is_turned_upright_and_tells_nothing_of_its_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[1] = "N"
    upload = encoded(photograph(200, 100), "JPEG", exif=exif, quality=95, comment=b"Secret comment")
    picture = prepare_image(upload).large
    assert (picture.width, picture.height) == (100, 200)
    result = reopened(picture.data)
    assert b"Secret" not in picture.data and not result.getexif() and "xmp" not in result.info and "icc_profile" not in result.info
    corner = result.convert("RGB").getpixel((95, 5))
    assert isinstance(corner, tuple) and corner[1] > 180 > corner[0]


def test_broken_colour_profile_only_costs_the_exact_colours() -> None:
    upload = encoded(photograph(20, 10), "PNG", icc_profile=b"no profile at all")
    assert reopened(prepare_image(upload).large.data).size == (20, 10)


def test_animation_shows_its_first_picture() -> None:
    frames = [photograph(20, 10), Image.new("RGB", (20, 10), "black")]
    result = reopened(prepare_image(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])).large.data)
    assert getattr(result, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"plain text",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"\x89PNG",
        b"GIF89a",
        b"RIFF\x00\x00\x00\x00WEBP",
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ImageRefused, match=r"not a picture|damaged"):
        prepare_image(data)


@pytest.mark.parametrize("format", ["BMP", "TIFF", "ICO", "PPM"])
def test_other_formats_are_refused(format: str) -> None:
    with pytest.raises(ImageRefused, match="PNG, JPEG, GIF or WebP"):
        prepare_image(encoded(photograph(20, 20), format))


def test_empty_file_is_refused() -> None:
    with pytest.raises(ImageRefused, match="empty"):
        prepare_image(b"")


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(ImageRefused, match="20 MB"):
        prepare_image(b"\x89PNG" + bytes(20_000_000))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_truncated_picture_is_refused(format: str, part: float) -> None:
    noise = Image.frombytes("RGB", (300, 200), random.Random(1).randbytes(300 * 200 * 3))
    data = encoded(noise, format)
    with pytest.raises(ImageRefused):
        prepare_image(data[: int(len(data) * part)])


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (10_000, 5_001), (2_000_000_000, 2)])
def test_decompression_bomb_is_refused_by_its_header(width: int, height: int) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")
    with pytest.raises(ImageRefused, match="million pixels"):
        prepare_image(bomb)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP"])
def test_damaged_pictures_are_refused_or_shown_and_never_break_anything(format: str) -> None:
    chance = random.Random(7)
    whole = bytearray(encoded(photograph(60, 40), format))
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            prepare_image(bytes(damaged))
        except ImageRefused as refused:
            assert str(refused)
