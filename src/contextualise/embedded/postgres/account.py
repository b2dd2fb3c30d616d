"""PostgreSQL refuses to run as root: who it runs as instead."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from contextualise.embedded.postgres.errors import PostgresError

CANDIDATES = ("contextualise", "postgres", "nobody")


class Identity(TypedDict, total=False):
    """The part of subprocess.Popen's arguments that says who a child is."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An account without rights of its own that root hands the server to."""

    name: str
    uid: int
    gid: int

    def identity(self) -> Identity:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_run(self, command: list[str]) -> bool:
        """Whether a command succeeds under this account, which also asks whether it can reach the program at all."""
        try:
            done = subprocess.run(command, cwd="/", capture_output=True, timeout=20, check=False, **self.identity())
        except OSError:
            return False
        return done.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        return self.can_run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])

    def take(self, *paths: Path) -> None:
        """Make the account the owner of these files and folders (not of what is in them)."""
        for path in paths:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(folder: Path) -> Account | None:
    """The account to run the server of this folder as; None when that is simply the person who asks.

    Root hands it to whoever owns the cluster or the folder around it, else to an unprivileged account; so a folder
    once started by its owner with sudo still belongs to the owner afterwards. initdb wants an account with a name.
    Raises PostgresError where there is none to hand it to.
    """
    if os.geteuid() != 0:
        return None
    data = folder / "data"
    if data.exists():
        owner = data.stat().st_uid
        account = by_uid(owner)
        if owner != 0 and account is None:
            raise PostgresError(f"{data} belongs to user id {owner}, which has no account on this machine")
        if account is not None:
            return account
    return by_uid(nearest_existing(folder).stat().st_uid) or first_candidate()


def by_uid(uid: int) -> Account | None:
    """The ordinary account with this number, if there is one."""
    if uid == 0:
        return None
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def first_candidate() -> Account:
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise PostgresError(f"PostgreSQL does not run as root, and this machine has none of the accounts {', '.join(CANDIDATES)}")


def nearest_existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())
