"""What can go wrong while a topic map is read from a file."""


class InterchangeError(ValueError):
    """An input that cannot be read: which file, which line (None where no line can be named), and why."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        self.file = file
        self.line = line
        self.reason = reason
        super().__init__(f"{file}:{line}: {reason}" if line else f"{file}: {reason}")


class NotATopicMap(InterchangeError):
    """The input is well-formed, but its root says that it is something else than a topic map."""


class Unresolvable(ValueError):
    """A reference to another document that may not, or cannot, be followed. Its text says why."""
