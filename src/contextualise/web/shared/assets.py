"""Addresses of static files: each carries a hash of its content, so that browsers may keep it for ever."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

_PACKAGED = Path(__file__).parents[2] / "static"
_CHECKOUT = Path(__file__).parents[4] / "static"

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("image/svg+xml", ".svg")
mimetypes.add_type("application/manifest+json", ".webmanifest")

_COMPRESSIBLE = {"text/css", "text/javascript", "image/svg+xml", "application/manifest+json", "text/plain"}


def static_folder() -> Path:
    """The folder of static files: the checkout's own, or the one that the wheel carries."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file in memory, ready to send."""

    content: bytes
    compressed: bytes | None
    media_type: str
    digest: str


class Assets:
    """All static files, read once at start: a few hundred kilobytes that are then served without touching the disk.

    Script modules and style sheets name their siblings by relative address, so the digest stands in the folder, not in the file name:
    `/static/<digest of all files>/js/app.js`. Any change gives all of them new addresses.
    """

    def __init__(self, folder: Path | None = None) -> None:
        root = folder or static_folder()
        self.files = {path.relative_to(root).as_posix(): _read(path) for path in sorted(root.rglob("*")) if path.is_file()}
        total = hashlib.sha256()
        for name, asset in self.files.items():
            total.update(f"{name} {asset.digest}\n".encode())
        self.digest = total.hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of a file of `static/`; raises `KeyError` for one that does not exist, so that a typing error fails in tests."""
        if name not in self.files:
            raise KeyError(f"static/{name} does not exist; front-end packages are copied there by `make` at set-up")
        return f"/static/{self.digest}/{name}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    compressed = gzip.compress(content, 9, mtime=0) if media_type in _COMPRESSIBLE else None
    return Asset(content, compressed, media_type, hashlib.sha256(content).hexdigest())
