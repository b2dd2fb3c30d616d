"""What a search finds: statements that matched, and the topics that they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

# Tiers: names that resemble what was asked for, the first of texts and values, and names that resemble it where few texts have it.
RESEMBLING, TEXTS, AFTER_TEXTS = 4, 5, 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that matched; `id` is None where the topic itself did, by its address or an identifier. Lower tiers come first."""

    map_id: int
    topic_id: int
    id: int | None
    tier: int
    weight: float
    kind: str
    scope_id: int
    is_base: bool
    is_hidden: bool


@dataclass(slots=True)
class Match:
    """A topic with the statements of it that matched, the best first."""

    map_id: int
    topic_id: int
    is_base: bool
    is_hidden: bool
    hits: list[Hit] = field(default_factory=list)

    @property
    def order(self) -> tuple[bool, int, float, int, int]:
        """Where it comes among others: what every map has comes last, ties are settled by age."""
        best = self.hits[0]
        return (self.is_base and best.tier > 0, best.tier, best.weight, self.map_id, self.topic_id)


@dataclass(frozen=True, slots=True)
class Found:
    """Topics in their order; `is_cut` when the time was up before all was looked at, `is_full` when a bound was reached."""

    matches: Sequence[Match]
    is_cut: bool
    is_full: bool
    nearest: Sequence[Match] = ()  # topics with names that resemble the question, where nothing has all of its words
