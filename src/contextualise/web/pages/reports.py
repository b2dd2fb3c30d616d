"""What the form shows with which a page is reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NewReportPage:
    """The form as it was filled in; `about` is the page that it is about."""

    action: str
    about: str
    reasons: Sequence[tuple[str, str]]
    reason: str = ""
    words: str = ""
    email: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
