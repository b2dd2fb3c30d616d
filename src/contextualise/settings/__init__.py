"""Every setting there is, read from the environment once, at the start, and checked before anything runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast

from contextualise.settings.errors import SettingsError
from contextualise.settings.mail import read_smtp
from contextualise.settings.reading import Reader
from contextualise.settings.secret import kept_secret
from contextualise.settings.table import SETTINGS, settings_table
from contextualise.settings.values import S3Settings, Settings, SmtpSettings

__all__ = ["SETTINGS", "S3Settings", "Settings", "SettingsError", "SmtpSettings", "load_settings", "settings_table"]

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("text", "json")
SIGN_UP_MODES = ("closed", "invite", "open")
LARGEST_MEGABYTES = 100_000


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings from these variables; an empty one counts as not set, and a secret may be named by NAME_FILE.

    With the embedded database and no SECRET_KEY a key is made at the first call and kept in the storage folder.
    Raises SettingsError at the first setting that is wrong.
    """
    read = Reader(environ)
    storage = Path(read.text("STORAGE")).expanduser().absolute()
    database_url = read.database_url()
    return Settings(
        storage=storage,
        host=read.text("HOST"),
        port=read.number("PORT", 1, 65535),
        workers=read.number("WORKERS", 1, 64),
        public_url=read.origin("PUBLIC_URL"),
        trusted_proxies=read.networks("TRUSTED_PROXIES"),
        secret_key=read.secret_key() or kept_secret(storage, embedded=database_url is None),
        sign_up=cast(Literal["closed", "invite", "open"], read.choice("SIGN_UP", SIGN_UP_MODES)),
        session_days=read.number("SESSION_DAYS", 1, 400),
        max_upload_mb=read.number("MAX_UPLOAD_MB", 1, LARGEST_MEGABYTES),
        max_import_mb=read.number("MAX_IMPORT_MB", 1, LARGEST_MEGABYTES),
        database_url=database_url,
        postgres_bin=Path(read.text("POSTGRES_BIN")) if read.text("POSTGRES_BIN") else None,
        s3=read.s3(),
        log_level=cast(Literal["debug", "info", "warning", "error"], read.choice("LOG_LEVEL", LOG_LEVELS)),
        log_format=cast(Literal["text", "json"], read.choice("LOG_FORMAT", LOG_FORMATS)),
        map_tiles_url=read.tiles("MAP_TILES_URL"),
        map_tiles_attribution=read.text("MAP_TILES_ATTRIBUTION"),
        smtp=read_smtp(read),
        error_webhook_url=read.webhook("ERROR_WEBHOOK_URL"),
    )
