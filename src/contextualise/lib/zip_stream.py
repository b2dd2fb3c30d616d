"""A zip archive that is sent while it is made, and never whole in memory or on disk."""

from datetime import UTC, datetime
from io import RawIOBase
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo


class _Sink(RawIOBase):
    """Takes bytes and hands them on; it cannot go back, so sizes follow the content of each file (APPNOTE.TXT, 4.3.9)."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # zipfile writes nothing but bytes
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class ZipStream:
    """Every method returns the bytes to send next, perhaps none. `begin`, `write` as often as wanted, `end`; `close` comes last."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", allowZip64=True)
        self._entry: IO[bytes] | None = None
        self._now = datetime.now(UTC).timetuple()[:6]

    def begin(self, name: str, *, packed: bool = True) -> bytes:
        """Begin a file; what is packed already, as pictures are, need not be once more."""
        info = ZipInfo(name, self._now)
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        info.external_attr = 0o644 << 16
        self._entry = self._zip.open(info, "w", force_zip64=True)
        return self._sink.take()

    def write(self, data: bytes) -> bytes:
        """Go on with the file."""
        assert self._entry is not None
        self._entry.write(data)
        return self._sink.take()

    def end(self) -> bytes:
        """End the file."""
        assert self._entry is not None
        self._entry.close()
        self._entry = None
        return self._sink.take()

    def close(self) -> bytes:
        """End the archive."""
        self._zip.close()
        return self._sink.take()
