"""Draws the pictures of the sample map: `python scripts/sample_images.py`. They are made by formulas; nobody else's picture is used."""

import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

FOLDER = Path(__file__).parents[1] / "src/contextualise/domain/sample/images"
PAPER, BLUE = (238, 240, 232), (18, 52, 98)

# Barnsley's fern: four maps of the plane, each with its share of the points (Barnsley, Fractals Everywhere, 1988).
FERN = (
    (0.01, (0.0, 0.0, 0.0, 0.16, 0.0, 0.0)),
    (0.86, (0.85, 0.04, -0.04, 0.85, 0.0, 1.6)),
    (0.93, (0.2, -0.26, 0.23, 0.22, 0.0, 1.6)),
    (1.0, (-0.15, 0.28, 0.26, 0.24, 0.0, 0.44)),
)


def fern(width: int = 1200, height: int = 1500, points: int = 900_000) -> Image.Image:
    """A cyanotype of a fern: white where the leaf kept the sun away."""
    chance = random.Random(1842)
    shadow = Image.new("L", (width, height))
    pixels = shadow.load()
    x = y = 0.0
    for _ in range(points):
        pick = chance.random()
        a, b, c, d, e, f = next(numbers for share, numbers in FERN if pick <= share)
        x, y = a * x + b * y + e, c * x + d * y + f
        across, down = int(width / 2 + x * width / 6.6), int(height * 0.95 - y * height / 11.2)
        pixels[across, down] = min(255, pixels[across, down] + 120)
    shadow = ImageChops.lighter(shadow, shadow.filter(ImageFilter.GaussianBlur(1.6)))
    picture = Image.composite(Image.new("RGB", shadow.size, PAPER), sheet(width, height, chance), shadow)
    return picture.filter(ImageFilter.GaussianBlur(0.6))


def sheet(width: int, height: int, chance: random.Random) -> Image.Image:
    """Paper in Prussian blue, brushed by hand: uneven inside, ragged at the edge."""
    grain = Image.effect_noise((width // 3, height // 3), 40).resize((width, height), Image.Resampling.BICUBIC)
    blue = Image.blend(Image.new("RGB", (width, height), BLUE), Image.merge("RGB", [grain] * 3), 0.07)
    edge = Image.new("L", (width, height))
    draw = ImageDraw.Draw(edge)
    for row in range(40, height - 40, 7):
        draw.line([(34 + chance.randint(0, 26), row), (width - 34 - chance.randint(0, 26), row)], fill=255, width=12)
    return Image.composite(blue, Image.new("RGB", (width, height), PAPER), edge.filter(ImageFilter.GaussianBlur(2)))


def camera_obscura(width: int = 1400, height: int = 800) -> Image.Image:
    """Rays from the top and the foot of a tree cross in the hole of a dark room."""
    ink, light, dark = (58, 48, 40), (214, 138, 46), (74, 64, 56)
    picture = Image.new("RGB", (width * 2, height * 2), (248, 243, 233))
    draw = ImageDraw.Draw(picture)
    hole, floor = (1500, 800), 1320
    draw.rectangle([1500, 280, 2500, floor], fill=dark)
    draw.rectangle([1500, 280, 2500, floor], outline=ink, width=14)
    draw.line([(120, floor), (2680, floor)], fill=ink, width=6)
    draw.rectangle([1490, 788, 1512, 812], fill=(248, 243, 233))
    tree(draw, 420, floor, 1.0, ink, (92, 124, 74))
    for start in (450, floor):
        end = (2486, 800 + (800 - start) * (2486 - 1500) // (1500 - 420))
        draw.line([(420, start), hole, end], fill=light, width=6)
    # What the hole shows is as much smaller as the wall is nearer, and upside down.
    tree(draw, 2210, 458, -0.657, (180, 168, 150), (150, 172, 128))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def tree(draw: ImageDraw.ImageDraw, x: int, floor: int, scale: float, trunk: tuple[int, int, int], leaf: tuple[int, int, int]) -> None:
    """A tree with a round crown; a negative scale hangs it from its foot."""
    size = abs(scale)
    top, foot = sorted((floor, floor - 420 * scale))
    draw.rectangle([x - 26 * size, top, x + 26 * size, foot], fill=trunk)
    for across, up, radius in ((0, 640, 230), (-150, 520, 170), (150, 520, 170), (0, 470, 190)):
        middle, reach = (x + across * size, floor - up * scale), radius * size
        draw.ellipse([middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach], fill=leaf)


def main() -> None:
    """Write the pictures as WebP."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    fern().save(FOLDER / "fern.webp", quality=72, method=6)
    camera_obscura().save(FOLDER / "camera-obscura.webp", quality=80, method=6)


if __name__ == "__main__":
    main()
