"""Uploaded pictures: checked by what is in them, turned upright, freed of metadata, made small enough for a page."""

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
WIDTHS = (1200, 400)
MEDIA_TYPE = "image/webp"

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_QUALITY = 82
# A picture is at most this many times as high as it is wide; a higher one is made narrower.
_HIGHEST = 2
# What Pillow's readers raise for broken or hostile files; there is no common class.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error, ImageCms.PyCMSError)
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class ImageRefused(ValueError):
    """The file is no picture that can be shown; the message tells a person why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as WebP and its size in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """An uploaded picture in two sizes, at most 1200 and 400 pixels wide; a small one is never enlarged."""

    large: Picture
    small: Picture


def prepare_image(data: bytes) -> Prepared:
    """Return a PNG, JPEG, GIF (its first picture) or WebP file re-encoded in two sizes; raises ImageRefused.

    This computes for up to some seconds: call it in a thread.
    """
    try:
        image = _upright(_opened(data))
        large, small = (_fitted(image, width) for width in WIDTHS)
    except ImageRefused:
        raise
    except TOO_LARGE:
        raise _too_many_pixels() from None
    except BROKEN:
        raise ImageRefused("The picture is damaged or incomplete. Save it again and try once more.") from None
    return Prepared(large, small)


def _opened(data: bytes) -> Image.Image:
    if not data:
        raise ImageRefused("The file is empty.")
    if len(data) > MAX_BYTES:
        raise ImageRefused(f"The picture is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except TOO_LARGE:
        raise
    except BROKEN:
        raise ImageRefused("This is not a picture in PNG, JPEG, GIF or WebP.") from None
    # Only the header has been read so far: a file of some kilobytes can claim to be gigabytes of picture.
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    # JPEG can be read at half or a quarter of its size, which saves most of the time and memory.
    image.draft("RGB", (2 * WIDTHS[0], 2 * WIDTHS[0]))
    image.load()
    return image


def _upright(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    return plain_colours(ImageOps.exif_transpose(image), profile)


def plain_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB with eight bits for each colour, whatever mode and profile it has."""
    if image.mode in ("RGB", "CMYK") and profile:
        image = in_srgb(image, profile)
    if image.mode.startswith(("I", "F")):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture in the colours that browsers expect; the same one where its profile is broken."""
    # Browsers take a picture without a profile for sRGB; many telephones write another one.
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a broken profile only costs the exact colours
    return converted or image


def _fitted(image: Image.Image, width: int) -> Picture:
    fitted = image.copy()
    fitted.thumbnail((width, _HIGHEST * width), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    # Empty on purpose: else the place where a photograph was taken would be copied from the upload.
    fitted.save(file, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return Picture(file.getvalue(), fitted.width, fitted.height)


def _too_many_pixels() -> ImageRefused:
    return ImageRefused(f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels.")
