"""What the page about mail shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MailItem:
    """A mail that has not been sent."""

    id: int
    recipient: str
    subject: str
    written: datetime
    attempts: int
    next_try: datetime
    is_given_up: bool
    problem: str


@dataclass(frozen=True, slots=True)
class MailPage:
    """Mail that waits or was given up; `server` is empty where there is none."""

    items: Sequence[MailItem]
    server: str
    own_address: str
    previous: str | None
    next: str | None
