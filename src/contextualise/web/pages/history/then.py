"""What stands above a topic's page of the past."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Then:
    """The time of the page, and the ways from it; an address is empty where there is no such way."""

    at: datetime
    when: str
    version: int
    now_url: str
    earlier_url: str
    later_url: str
    compare_url: str
    restore_url: str
    trash_url: str
    lacks: bool
