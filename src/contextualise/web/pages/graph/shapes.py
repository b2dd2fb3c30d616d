"""Shapes and measures of the drawing of a graph."""

from contextualise.lib.ovals import Spot
from contextualise.web.pages.topics.links import SIGNS

LONGEST = 26  # letters of a label; the whole name is its title


def shape_of(type_id: int | None, radius: int) -> str:
    """The outline of a type's sign: the same five shapes as beside its name, so that colour never tells alone."""
    r, kind = radius, 0 if type_id is None else type_id % SIGNS % 5
    if kind == 1:
        return f"M-{r} -{r}h{2 * r}v{2 * r}h-{2 * r}z"
    if kind == 2:
        return f"M0 -{r * 1.3:.1f}L{r * 1.3:.1f} 0L0 {r * 1.3:.1f}L-{r * 1.3:.1f} 0z"
    if kind == 3:
        return f"M0 -{r * 1.2:.1f}L{r * 1.2:.1f} {r}L-{r * 1.2:.1f} {r}z"
    circle = f"M-{r} 0a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 -{2 * r} 0z"
    return circle if kind != 4 else circle + f"M-{r / 2:.1f} 0a{r / 2:.1f} {r / 2:.1f} 0 1 1 {r} 0a{r / 2:.1f} {r / 2:.1f} 0 1 1 -{r} 0z"


def shortened(text: str, longest: int = LONGEST) -> str:
    """A label that fits its column."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


_NARROW, _WIDE = frozenset("fijlrtI1.,;:!'’|()[] "), frozenset("mwMWÆŒ@%—…")


def width_of(text: str) -> float:
    """About how many pixels a label takes at its size of 13 pixels."""
    return sum(
        4.1 if letter in _NARROW else 11.5 if letter in _WIDE else 9.3 if letter.isupper() or ord(letter) > 0x2E80 else 7.4
        for letter in text
    )


def chord(start: Spot, end: Spot) -> str:
    """Between two things that are not parent and child, bent towards the middle so that it leaves the labels free."""
    if start.side == end.side:
        bend = min(110.0, 24 + abs(start.y - end.y) / 4)
        one, two = start.x - start.side * bend, end.x - end.side * bend
        return f"M{n(start.x)} {n(start.y)}C{n(one)} {n(start.y)} {n(two)} {n(end.y)} {n(end.x)} {n(end.y)}"
    return f"M{n(start.x)} {n(start.y)}Q0 {n((start.y + end.y) / 4)} {n(end.x)} {n(end.y)}"


def n(number: float) -> str:
    """A number as short as it can be written."""
    return f"{number:.1f}".removesuffix(".0") if round(number, 1) else "0"
