"""Topic maps that come as a zip file: one main document and the ones that it merges."""

import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO, cast
from urllib.parse import quote, unquote

from contextualise.interchange.errors import InterchangeError, Unresolvable
from contextualise.interchange.limits import Limits
from contextualise.interchange.sources import BROKEN, Source, damage
from contextualise.lib import iri as iris

_MAIN_NAMES = ("main.xtm", "index.xtm")


class BundleResolver:
    """Finds documents inside one zip file only, addressed as if the zip file were a folder."""

    def __init__(self, stream: BinaryIO, file: str, iri: str, limits: Limits) -> None:
        """Opens the bundle. Raises InterchangeError when it is damaged, too big, or has names that lead out of it."""
        self.file = file
        self._folder = iris.normalised(iri).rstrip("/") + "/"
        try:
            self._zip = zipfile.ZipFile(stream)
        except BROKEN as error:
            raise InterchangeError(file, None, f"not a readable zip file: {damage(error)}") from None
        members = self._zip.infolist()
        if len(members) > limits.members:
            raise InterchangeError(file, None, f"the bundle has more than {limits.members:,} files")
        self._members = {member.filename: member for member in members if not member.is_dir()}
        for name in self._members:
            self._check_name(name)

    def _check_name(self, name: str) -> None:
        parts = name.split("/")
        if name.startswith("/") or "\\" in name or "\0" in name or ":" in parts[0] or ".." in parts or "" in parts:
            raise InterchangeError(self.file, None, f"the bundle has a file with a name that leads out of it: {name!r}")

    def main(self) -> Source:
        """The document to begin with. Raises InterchangeError when none stands out."""
        names = [name for name in self._members if name.lower().endswith(".xtm") and not name.startswith("__MACOSX/")]
        depth = min((name.count("/") for name in names), default=0)
        top = [name for name in names if name.count("/") == depth]
        if not names:
            raise InterchangeError(self.file, None, "the bundle has no file that ends in .xtm")
        own_name = PurePosixPath(self.file).stem.lower() + ".xtm"
        for wanted in (*_MAIN_NAMES, own_name):
            top = [name for name in top if PurePosixPath(name).name.lower() == wanted] or top
        if len(top) > 1:
            raise InterchangeError(
                self.file, None, f"the bundle has {len(top)} topic maps side by side: call the one to begin with main.xtm"
            )
        return self._source(top[0])

    def open(self, iri: str) -> Source:
        """The member at `iri`. Raises Unresolvable."""
        name = unquote(iri.removeprefix(self._folder))
        if not iri.startswith(self._folder) or name not in self._members:
            raise Unresolvable("it is not in the bundle")
        return self._source(name)

    def _source(self, name: str) -> Source:
        member = self._members[name]
        file = f"{self.file}/{name}"
        if member.flag_bits & 1:
            raise InterchangeError(file, None, "the file is encrypted")
        try:
            stream = cast(BinaryIO, self._zip.open(member))
        except BROKEN as error:
            raise InterchangeError(file, None, damage(error)) from None
        return Source(file, self._folder + quote(name), stream, lambda: member.compress_size)
