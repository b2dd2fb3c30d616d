"""What the page about unexpected errors shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from contextualise.domain.troubles import TroubleRow


@dataclass(frozen=True, slots=True)
class TroublesPage:
    """Kinds of errors, the latest first; `previous` and `next` are addresses of pages."""

    troubles: Sequence[TroubleRow]
    previous: str | None
    next: str | None
    notices: str  # whether and how administrators are told
