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
    forget_socket_folder(folder, account)
    if reachable and fits(inside):
        shutil.rmtree(inside, ignore_errors=True)
        inside.mkdir(mode=0o700)
        return handed_to(account, inside)
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
    remembered = folder / REMEMBERED
    if remembered.exists():
        remove_own(Path(remembered.read_text()), account)
        remembered.unlink()


def fits(sockets: Path) -> bool:
    return len(os.fsencode(sockets / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH


def handed_to(account: Account | None, path: Path) -> Path:
    if account:
        account.take(path)
    return path


def remove_own(folder: Path, account: Account | None) -> None:
    """Remove what an earlier start left, if it is still what we made: somebody else may have taken the name since."""
    owner = account.uid if account else os.geteuid()
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(found.st_mode) and found.st_uid == owner and folder.name.startswith("ctx-"):
        shutil.rmtree(folder, ignore_errors=True)
