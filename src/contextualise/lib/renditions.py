"""Smaller copies of pictures in WebP: upright, in sRGB, without metadata, never larger than the original."""

import io
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from contextualise.lib.images import BROKEN, TOO_LARGE, Picture, plain_colours

WIDTHS = (320, 640, 1280, 1920)
MAX_PIXELS = 100_000_000
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
_QUALITY = 80
_HIGHEST = 10_000  # points; WebP ends at 16,383, and no screen needs it
_ORIENTATION = 0x0112
# Exif 2.32, 4.6.4 A: how a picture has to be turned to stand upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out about a picture: its size as it is shown, its copies, and why there are none, in words for a person."""

    width: int | None = None
    height: int | None = None
    pictures: tuple[Picture, ...] = ()
    problem: str | None = None


def examine_picture(file: BinaryIO) -> Examined:
    """Look at a picture and make its smaller copies; never raises for what is in it, save `MemoryError`."""
    width = height = None
    try:
        image = Image.open(file, formats=_FORMATS)
        width, height = image.size
        # Before anything else is asked of it: of a PNG the way it is turned is only known once all of it is read.
        if width * height > MAX_PIXELS:
            return Examined(width, height, problem=_too_large(width * height))
        width, height = _shown_size(image)
        return Examined(width, height, tuple(_copies(image, tuple(each for each in WIDTHS if each < width))))
    except TOO_LARGE:
        return Examined(width, height, problem=_too_large((width or 0) * (height or 0)))
    except BROKEN:
        if width is None:
            return Examined(problem="This is no picture that can be read. Save it again as PNG, JPEG or WebP.")
        return Examined(width, height, problem="The picture is damaged or incomplete. Save it again and upload it once more.")


def make_poster(data: bytes) -> Examined:
    """The same for a picture that stands for a film or a scene: a copy of its own width is among them, up to the largest width."""
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        if image.width * image.height > MAX_PIXELS // 5:
            return Examined(*image.size, problem=_too_large(image.width * image.height))
        width, height = _shown_size(image)
        widths = (*[each for each in WIDTHS if each < width], min(width, WIDTHS[-1]))
        return Examined(width, height, tuple(_copies(image, widths)))
    except (*TOO_LARGE, *BROKEN):
        return Examined(problem="This is no picture that can be read.")


def _shown_size(image: Image.Image) -> tuple[int, int]:
    return (image.height, image.width) if _orientation(image) in _SIDEWAYS else image.size


def _orientation(image: Image.Image) -> int:
    return int(image.getexif().get(_ORIENTATION) or 1)


def _copies(image: Image.Image, widths: tuple[int, ...]) -> list[Picture]:
    """Copies of these widths, the smallest first; the picture is read whole even if none is wanted, to find out whether it can be."""
    orientation, (width, height) = _orientation(image), _shown_size(image)
    sizes = [(each, max(1, round(height * each / width))) for each in sorted(set(widths), reverse=True)]
    sizes = [size for size in sizes if size[1] <= _HIGHEST]
    # JPEG can be read at a half or less of its size: together with the second fastest way to pack that halves the time of a photograph.
    image.draft("RGB", _lying(sizes[0] if sizes else (1, 1), orientation))
    image.load()
    copies: list[Picture] = []
    source: Image.Image | None = None
    for size in sizes:
        source = _upright(image, size, orientation) if source is None else source.resize(size, Image.Resampling.LANCZOS)
        copies.append(_encoded(source))
    return copies[::-1]


def _lying(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """The size before the picture is turned upright."""
    return (size[1], size[0]) if orientation in _SIDEWAYS else size


def _upright(image: Image.Image, size: tuple[int, int], orientation: int) -> Image.Image:
    """The picture in that size: made small first, then turned and brought into sRGB, both of which take memory."""
    profile = image.info.get("icc_profile")
    if image.mode in ("P", "PA", "1") or image.mode.startswith(("I", "F")):
        image = plain_colours(image, None)
    lying = _lying(size, orientation)
    # Averaging first: what follows makes a second copy of the picture, one with transparency even in its full size.
    factor = min(image.width // lying[0], image.height // lying[1]) // 2
    if factor > 1:
        image = image.reduce(factor)
    if image.size != lying:
        image = image.resize(lying, Image.Resampling.LANCZOS)
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    return plain_colours(image, profile)


def _encoded(image: Image.Image) -> Picture:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=_QUALITY, method=2, exif=b"", icc_profile=b"", xmp=b"")
    return Picture(file.getvalue(), image.width, image.height)


def _too_large(pixels: int) -> str:
    has = f"This picture has {pixels / 1_000_000:,.0f} megapixels" if pixels else "This picture has too many pixels"
    return f"{has}; at most {MAX_PIXELS // 1_000_000} are shown here. It can be downloaded as it is."
