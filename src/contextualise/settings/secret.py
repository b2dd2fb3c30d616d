"""Secrets: read, refused while they are placeholders, and made where the server keeps its own."""

import os
import secrets
from pathlib import Path

from contextualise.settings.errors import SettingsError

SHORTEST_SECRET = 32
PLACEHOLDERS = ("change", "secret", "password", "placeholder", "example", "default", "minioadmin", "replace", "your-", "xxx")


def refuse_placeholder(name: str, value: str) -> None:
    """SettingsError for a value that stands for one still to be chosen."""
    if len(value) < SHORTEST_SECRET and any(word in value.lower() for word in PLACEHOLDERS):
        raise SettingsError(f"{name}: still holds a placeholder; choose a secret of your own")


def kept_secret(storage: Path, *, embedded: bool) -> str:
    """The key kept in the storage folder, made the first time; SettingsError where it must be given instead."""
    if not embedded:
        raise SettingsError("SECRET_KEY: is missing; with DATABASE_URL set it must be given, the same for every process")
    path = storage / "secret-key"
    try:
        storage.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            make_secret(path)
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"STORAGE: {storage} cannot be used ({error.strerror})") from error


def make_secret(path: Path) -> None:
    """Write a new key whole or not at all; of two processes doing so at once the first wins for both."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
