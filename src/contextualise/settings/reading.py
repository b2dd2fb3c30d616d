"""Takes each setting out of the environment and checks it."""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

from contextualise.settings.errors import SettingsError
from contextualise.settings.secret import SHORTEST_SECRET, refuse_placeholder
from contextualise.settings.table import SETTINGS
from contextualise.settings.values import S3Settings

# How far a server of one's own is on the same machine: there a well-known password guards nothing.
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Reader:
    """Takes settings out of the environment by name, checking each."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._rows = {row.name: row for row in SETTINGS}

    def text(self, name: str) -> str:
        row = self._rows[name]
        value = self._environ.get(name, "").strip()
        file = self._environ.get(f"{name}_FILE", "").strip() if row.secret else ""
        if value and file:
            raise SettingsError(f"{name}: set either {name} or {name}_FILE, not both")
        if file:
            value = self._content(name, Path(file))
        return value or row.default

    def number(self, name: str, least: int, most: int) -> int:
        value = self.text(name)
        if not (value.isascii() and value.isdigit() and least <= int(value[:10]) <= most):
            raise SettingsError(f"{name}: {value!r} is not a whole number from {least} to {most}")
        return int(value)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name).lower()
        if value not in choices:
            raise SettingsError(f"{name}: {value!r} is none of {', '.join(choices)}")
        return value

    def origin(self, name: str) -> str | None:
        value = self.text(name).rstrip("/")
        if value and not is_origin(value):
            raise SettingsError(f"{name}: {value!r} is not an origin such as https://maps.example.org (no path, no user)")
        return value.lower() or None

    def tiles(self, name: str) -> str | None:
        value = self.text(name)
        bare = re.sub(r"\{[zxyr]\}", "0", value)
        parts = split_url(name, bare)
        if value and not (
            all(mark in value for mark in ("{z}", "{x}", "{y}"))
            and is_origin(f"{parts.scheme}://{parts.netloc}")
            and "{" not in bare
            and value.startswith(f"{parts.scheme}://{parts.netloc}/")
            and value.isprintable()
        ):
            raise SettingsError(f"{name}: {value!r} is not of the form https://host/{{z}}/{{x}}/{{y}}.png")
        return value or None

    def webhook(self, name: str) -> str | None:
        value = self.text(name)
        parts = split_url(name, value)
        # Within this machine nobody reads along.
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if value and not (
            is_safe and is_origin(f"{parts.scheme}://{parts.netloc}") and value.isascii() and value.isprintable() and " " not in value
        ):
            raise SettingsError(f"{name}: is not an address of the form https://host/path")
        return value or None

    def networks(self, name: str) -> tuple[str, ...]:
        entries = tuple(entry.strip() for entry in self.text(name).split(",") if entry.strip())
        for entry in entries:
            try:
                ipaddress.ip_network(entry)
            except ValueError as error:
                raise SettingsError(f"{name}: {entry!r} is not an address or a network such as 10.0.0.0/8") from error
        return entries

    def database_url(self) -> str | None:
        url, password = self.text("DATABASE_URL"), self.text("DATABASE_PASSWORD")
        if not url:
            if password:
                raise SettingsError("DATABASE_PASSWORD: is set, but DATABASE_URL is not")
            return None
        parts = split_url("DATABASE_URL", url)
        if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
            raise SettingsError("DATABASE_URL: is not of the form postgresql://user:password@host/database")
        if (password or parts.password) and parts.hostname not in (None, *LOOPBACK):
            refuse_placeholder("DATABASE_PASSWORD" if password else "DATABASE_URL", password or parts.password or "")
        rest = url.partition("://")[2]
        if password:
            user, _, after = rest.rpartition("@")
            if not user or ":" in user:
                raise SettingsError("DATABASE_PASSWORD: DATABASE_URL must name a user, and no password")
            rest = f"{user}:{quote(password, safe='')}@{after}"
        return f"postgresql://{rest}"

    def s3(self) -> S3Settings | None:
        endpoint, access_key, secret_key = (self.text(name) for name in ("S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY"))
        if not (endpoint or access_key or secret_key):
            return None
        for name, value in (("S3_ENDPOINT", endpoint), ("S3_ACCESS_KEY", access_key), ("S3_SECRET_KEY", secret_key)):
            if not value:
                raise SettingsError(f"{name}: is missing; S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY belong together")
        if not is_origin(endpoint.rstrip("/")):
            raise SettingsError(f"S3_ENDPOINT: {endpoint!r} is not of the form https://host:port")
        if urlsplit(endpoint).hostname not in LOOPBACK:
            refuse_placeholder("S3_SECRET_KEY", secret_key)
        return S3Settings(endpoint.rstrip("/"), access_key, secret_key, self.text("S3_BUCKET"), self.text("S3_REGION"))

    def secret_key(self) -> str:
        key = self.text("SECRET_KEY")
        if key:
            refuse_placeholder("SECRET_KEY", key)
            if len(key) < SHORTEST_SECRET or len(set(key)) < 8:
                raise SettingsError(f"SECRET_KEY: is too easy to guess; use at least {SHORTEST_SECRET} random characters")
        return key

    def _content(self, name: str, file: Path) -> str:
        try:
            content = file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}_FILE: {file} cannot be read ({error.__class__.__name__})") from error
        if not content:
            raise SettingsError(f"{name}_FILE: {file} is empty")
        return content


def split_url(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        # A URL of several hosts has no port of its own; libpq reads those itself.
        if "," not in url:
            raise SettingsError(f"{name}: is not a URL ({error})") from error
    return parts


def is_origin(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and value == f"{parts.scheme}://{parts.netloc}"
    )
