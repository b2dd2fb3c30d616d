"""The settings as the rest of the program sees them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit


@dataclass(frozen=True)
class S3Settings:
    """How to reach the S3 server that objects are kept on."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str
    region: str

    @property
    def address(self) -> str:
        """Host and port, as the SDK wants them."""
        return urlsplit(self.endpoint).netloc

    @property
    def secure(self) -> bool:
        return self.endpoint.startswith("https:")


@dataclass(frozen=True)
class SmtpSettings:
    """How to reach the mail server, and in whose name mail is sent."""

    host: str
    port: int
    user: str
    password: str
    security: Literal["starttls", "tls", "none"]
    sender_name: str
    sender: str


@dataclass(frozen=True)
class Settings:
    """The settings, checked. `database_url` None means the embedded PostgreSQL, `s3` None the folder for objects, `smtp` None no mail."""

    storage: Path
    host: str
    port: int
    workers: int
    public_url: str | None
    trusted_proxies: tuple[str, ...]
    secret_key: str
    sign_up: Literal["closed", "invite", "open"]
    session_days: int
    max_upload_mb: int
    max_import_mb: int
    database_url: str | None
    postgres_bin: Path | None
    s3: S3Settings | None
    log_level: Literal["debug", "info", "warning", "error"]
    log_format: Literal["text", "json"]
    map_tiles_url: str | None = None
    map_tiles_attribution: str = ""
    error_webhook_url: str | None = None
    smtp: SmtpSettings | None = None

    @property
    def objects_folder(self) -> Path:
        """Where objects are kept when `s3` is None."""
        return self.storage / "objects"

    @property
    def postgres_folder(self) -> Path:
        """Where the embedded PostgreSQL lives when `database_url` is None."""
        return self.storage / "postgres"

    @property
    def address(self) -> str:
        """Where the server is to be found with a browser on this machine; people elsewhere use `public_url`."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
