"""What members of a map may do, from least to most."""

from collections.abc import Mapping, Sequence

MODES: Sequence[str] = ("view", "comment", "edit")
OWN = "own"
MAY: Mapping[str, str] = {"view": "read it", "comment": "read it and comment", "edit": "read it, comment and edit", OWN: "own it"}
"""What each lets somebody do with a map, to follow “may”."""
LABELS: Mapping[str, str] = {"view": "Can view", "comment": "Can comment", "edit": "Can edit"}


def is_more(mode: str, than: str | None) -> bool:
    """Whether a mode allows more than another; None is to be no member."""
    return than is None or MODES.index(mode) > MODES.index(than)
