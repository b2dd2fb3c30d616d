"""Where the server's Unix socket lies: inside the folder, or in the temporary folder when the path is too long."""

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from contextualise.embedded.postgres.account import Account
from contextualise.embedded.postgres.errors import PostgresError
from contextualise.embedded.postgres.options import PORT

# sun_path of unix(7) and its relatives, less the closing zero byte.
LONGEST_SOCKET_PATH = 107 if sys.platform == "linux" else 103
REMEMBERED = "socket-folder"


def socket_folder(folder: Path, account: Account | None, *, reachable: bool) -> Path:
    """A folder only the server's account may enter, without a socket left over from before.

    `reachable` says whether that account can walk down to the folder; if not, or if the path is too long for a
    socket, a folder in the temporary one is made and remembered, so that a crash does not leave one behind each time.
    """
    inside = folder / "run"
    if reachable and fits(inside):
        shutil.rmtree(inside, ignore_errors=True)
        inside.mkdir(mode=0o700)
        return handed_to(account, inside)
    again = remembered_folder(folder, account)
    if again:
        for leftover in again.iterdir():
            leftover.unlink()
        return again
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - the shortest place there is; mkdtemp makes it private
        if fits(Path(parent) / "ctx-xxxxxxxx"):
            outside = Path(tempfile.mkdtemp(prefix="ctx-", dir=parent))
            remembered = folder / REMEMBERED
            remembered.write_text(str(outside))
            handed_to(account, remembered)
            return handed_to(account, outside)
    raise PostgresError(f"{inside} is too long a path for a Unix socket ({LONGEST_SOCKET_PATH} bytes), and so is the temporary folder")


def forget_socket_folder(folder: Path, account: Account | None) -> None:
    """Remove the folder made outside, if there is one; the one inside is emptied at the next start."""
    outside = remembered_folder(folder, account)
    if outside:
        shutil.rmtree(outside, ignore_errors=True)
    (folder / REMEMBERED).unlink(missing_ok=True)


def remembered_folder(folder: Path, account: Account | None) -> Path | None:
    """The folder made outside at an earlier start, if it is still ours: somebody else may have taken the name since."""
    try:
        outside = Path((folder / REMEMBERED).read_text())
        found = outside.lstat()
    except FileNotFoundError:
        return None
    owner = account.uid if account else os.geteuid()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == owner and outside.name.startswith("ctx-")
    return outside if ours else None


def fits(sockets: Path) -> bool:
    return len(os.fsencode(sockets / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH


def handed_to(account: Account | None, path: Path) -> Path:
    if account:
        account.take(path)
    return path
