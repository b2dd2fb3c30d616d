"""A file that is looked into piece by piece, wherever it lies."""

from dataclasses import dataclass
from typing import Protocol


class Source(Protocol):
    """Bytes of a known number; reading beyond the end gives fewer."""

    @property
    def size(self) -> int: ...

    async def read(self, offset: int, length: int) -> bytes:
        """The bytes from there on."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes in memory as a source."""

    data: bytes

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.data)

    async def read(self, offset: int, length: int) -> bytes:
        """The bytes from there on."""
        return self.data[offset : offset + length]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is by its content.

    `kind` is `image`, `audio`, `video` or `3d-scene` only where a browser shows or plays it, else `file`; `remark` tells a person why
    something that looks like one of them is but a file.
    """

    media_type: str
    kind: str = "file"
    remark: str = ""


UNKNOWN = Recognised("application/octet-stream")
