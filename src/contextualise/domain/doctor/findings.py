"""What is told of one thing that is not as it should be."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault in one map. What is only left over (`is_fault` is false) does no harm and takes space."""

    map_id: int
    kind: str
    sentence: str
    count: int
    examples: Sequence[str]
    is_fault: bool = True
