"""What one written row leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Image = dict[str, Any]


class StaleRow(Exception):
    """A row is no longer as the change left it, or what it needs is gone, or its place is taken.

    `table` and `images` say which rows were being written; for a batch that the database refused they are all of its rows.
    """

    def __init__(self, table: str, images: list[Image]) -> None:
        super().__init__(f"{table}: {len(images)} row(s) cannot be taken back")
        self.table = table
        self.images = images


@dataclass(frozen=True, slots=True)
class Entry:
    """One row written: `before` is None for an insert, `after` for a delete."""

    table: str
    before: Image | None
    after: Image | None
    # A deletion that another change made: the row can only come back together with what this change deleted.
    waiting: bool = False

    @property
    def image(self) -> Image:
        """The row as it is after the write, or as it was where it is gone."""
        image = self.after if self.after is not None else self.before
        assert image is not None
        return image

    @property
    def images(self) -> list[Image]:
        """The one or two states of the row."""
        return [image for image in (self.before, self.after) if image is not None]

    def as_json(self) -> dict[str, Any]:
        """The form kept in `change.rows`."""
        plain = {"table": self.table, "before": self.before, "after": self.after}
        return plain | {"waiting": True} if self.waiting else plain


def entry_from_json(value: Mapping[str, Any]) -> Entry:
    """The inverse of `Entry.as_json`."""
    return Entry(value["table"], value["before"], value["after"], value.get("waiting", False))
