"""What is said about the things on a topic's page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from contextualise.repository.reading.topic_statement import COUNTED


@dataclass(frozen=True, slots=True)
class Talk:
    """How many open threads there are about each thing; `url` with the thing's number is where they are read."""

    url: str
    may_write: bool
    counts: Mapping[int, int]

    @property
    def told(self) -> str:
        """The counts for the script that keeps the signs of the page right."""
        return json.dumps({str(number): count for number, count in self.counts.items()}, separators=(",", ":"))

    @property
    def total(self) -> str:
        """All of them together, counted up to a bound; "" for none."""
        count = sum(self.counts.values())
        return "" if not count else f"{COUNTED:,}+" if count > COUNTED else str(count)
