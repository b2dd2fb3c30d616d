"""How far long work is; written by the work, read by whoever shows it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Progress:
    """Plain attributes, so that a thread may write them while another reads."""

    message: str = ""
    done: int = 0
    total: int | None = None

    def start(self, message: str, total: int | None) -> None:
        """Begin the next step."""
        self.message, self.done, self.total = message, 0, total
