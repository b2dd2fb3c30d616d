"""Where the bytes of a document come from, and which other documents it may draw in."""

import gzip
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from urllib.parse import unquote

from contextualise.interchange.errors import InterchangeError, NotATopicMap, Unresolvable
from contextualise.interchange.limits import MEBIBYTE, Budget
from contextualise.lib import iri as iris

# Expat before 2.6 starts a token again with each piece of it, so that small pieces of a long token take quadratic time.
CHUNK = 1 << 20

# What the standard library raises over a damaged or hostile archive.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, struct.error)


@dataclass(slots=True)
class Source:
    """One document to read: what people call it, its address, its bytes.

    `packed` tells how many bytes of a compressed input have gone into what was read of the stream so far.
    """

    file: str
    iri: str
    stream: BinaryIO
    packed: Callable[[], int] | None = None


class TooLong(ValueError):
    """A stream that goes on longer than it may."""


class Counted:
    """A stream that counts what is read from it, tells, and stops at `most` bytes, which raises TooLong."""

    def __init__(self, stream: BinaryIO, tell: Callable[[int], None] | None = None, most: int | None = None) -> None:
        self._stream = stream
        self._tell = tell
        self._most = most
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        """Reads from the stream."""
        data = self._stream.read(size)
        self.count += len(data)
        if self._most is not None and self.count > self._most:
            raise TooLong(f"the file is larger than {self._most // MEBIBYTE} MB")
        if self._tell is not None:
            self._tell(self.count)
        return data


class Peeked:
    """A stream whose first bytes can be looked at before they are read."""

    def __init__(self, stream: BinaryIO, count: int) -> None:
        self.first = b""
        # A pipe may give less at a time than it is asked for.
        while len(self.first) < count and (more := stream.read(count - len(self.first))):
            self.first += more
        self._ahead = self.first
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """Reads from the stream; less than `size` does not mean that it has ended."""
        if not self._ahead:
            return self._stream.read(size)
        end = len(self._ahead) if size < 0 else size
        ahead, self._ahead = self._ahead[:end], self._ahead[end:]
        return ahead + self._stream.read() if size < 0 else ahead


@dataclass(slots=True)
class Unpacker:
    """Gives the bytes of sources in pieces, and stops when they are more than the budget allows."""

    budget: Budget

    def chunks(self, source: Source) -> Iterator[bytes]:
        """The document's bytes, unpacked when they are gzip. Raises InterchangeError for damage and beyond the limits."""
        self.budget.opened(source.file)
        read = 0
        try:
            source = _gunzipped(source)
            while chunk := source.stream.read(CHUNK):
                read += len(chunk)
                self.budget.read(len(chunk), source.file)
                self._check_ratio(source, read)
                yield chunk
        except InterchangeError:
            raise
        except TooLong as error:
            raise InterchangeError(source.file, None, str(error)) from None
        except BROKEN as error:
            raise InterchangeError(source.file, None, damage(error)) from None
        if not read:
            raise NotATopicMap(source.file, None, "the file is empty")

    def _check_ratio(self, source: Source, read: int) -> None:
        limits = self.budget.limits
        if source.packed is not None and read > limits.ratio_from and read > limits.ratio * max(source.packed(), 1):
            raise InterchangeError(source.file, None, f"the file unpacks to more than {limits.ratio} times its size")


def _gunzipped(source: Source) -> Source:
    peeked = Peeked(source.stream, 2)
    if peeked.first != b"\x1f\x8b":
        return Source(source.file, source.iri, cast(BinaryIO, peeked), source.packed)
    counted = Counted(cast(BinaryIO, peeked))
    unpacked = cast(BinaryIO, gzip.GzipFile(fileobj=cast(BinaryIO, counted), mode="rb"))
    return Source(source.file, source.iri, unpacked, lambda: counted.count)


def damage(error: Exception) -> str:
    """What is wrong with a file that could not be read, in words."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, EOFError):
        return "the compressed file ends too early"
    return f"the compressed file is damaged: {error}"


class Resolver(Protocol):
    """Finds the documents that a topic map merges."""

    def open(self, iri: str) -> Source:
        """The document at `iri`. Raises Unresolvable, saying why, when it may not or cannot be read."""
        ...


class NoResolver:
    """Finds nothing."""

    def open(self, iri: str) -> Source:
        """Raises Unresolvable, always."""
        raise Unresolvable("other documents are not read here")


class FolderResolver:
    """Finds documents in the very folder of the file that is read: not above, not below, not through a link out of it."""

    def __init__(self, base_file: Path) -> None:
        self._folder = base_file.resolve().parent
        # The folder's address is the one that the base was made from: a way there by a symbolic link stays as it was given.
        self._address = base_file.absolute().parent
        self._label = base_file.parent

    def open(self, iri: str) -> Source:
        """The file at `iri`. Raises Unresolvable."""
        prefix = self._address.as_uri().removesuffix("/") + "/"
        name = iris.normalised(iri).removeprefix(iris.normalised(prefix))
        if name == iris.normalised(iri) or "/" in name or "?" in name or not name:
            raise Unresolvable("it is not in the folder of the file")
        path = self._folder / unquote(name)
        try:
            real = path.resolve(strict=True)
            if real.parent != self._folder or not real.is_file():
                raise Unresolvable("it is not a file in the folder of the file")
            return Source(str(self._label / real.name), iri, real.open("rb"))
        except (OSError, ValueError) as error:
            if isinstance(error, Unresolvable):
                raise
            raise Unresolvable(damage(error)) from None
