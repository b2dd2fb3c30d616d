"""The table of settings: what each is called, its default, and what it is for; the README shows this very table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One row of the configuration table."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("STORAGE", "storage", "Folder for what the server keeps itself: the embedded PostgreSQL, objects, its secret key."),
    Setting("HOST", "127.0.0.1", "Address to listen on. `0.0.0.0` lets other machines in; put a proxy with TLS before it."),
    Setting("PORT", "8000", "Port to listen on."),
    Setting("WORKERS", "1", "Number of server processes. One per core is a good choice; each takes about 120 MB."),
    Setting(
        "PUBLIC_URL", "", "Origin people see, such as `https://maps.example.org`. Absolute links and the origin check of forms use it."
    ),
    Setting(
        "TRUSTED_PROXIES", "", "Addresses or networks, separated by commas, whose `X-Forwarded-For` and `-Proto` headers are believed."
    ),
    Setting(
        "SECRET_KEY", "", "At least 32 random characters. Made and kept in `STORAGE` with the embedded database, else needed.", secret=True
    ),
    Setting("SIGN_UP", "closed", "Who may make an account: `closed` (an administrator makes them), `invite` or `open`."),
    Setting("SESSION_DAYS", "30", "Days after which somebody who stayed away signs in again."),
    Setting("MAX_UPLOAD_MB", "100", "Largest file that may be attached to a topic, in megabytes."),
    Setting("MAX_IMPORT_MB", "64", "Largest topic map file that may be uploaded for import, in megabytes."),
    Setting(
        "MAP_TILES_URL",
        "",
        "Tiles of maps, as `https://tiles.example.org/{z}/{x}/{y}.png`. Empty: an outline of the world.",
    ),
    Setting("MAP_TILES_ATTRIBUTION", "", "Whom to name on those tiles, in plain text."),
    Setting(
        "DATABASE_URL",
        "",
        "`postgresql://user:password@host/database` of a server of your own. Empty: one is started in `STORAGE`.",
        secret=True,
    ),
    Setting("DATABASE_PASSWORD", "", "Password for `DATABASE_URL` when it is kept apart from it.", secret=True),
    Setting(
        "POSTGRES_BIN",
        "",
        "Folder with the programs of the PostgreSQL to embed. Empty: the system's from version 16 on, else the one that came along.",
    ),
    Setting("S3_ENDPOINT", "", "`https://host:port` of an S3 server for objects (MinIO, SeaweedFS, any S3). Empty: a folder in `STORAGE`."),
    Setting("S3_ACCESS_KEY", "", "Access key for `S3_ENDPOINT`.", secret=True),
    Setting("S3_SECRET_KEY", "", "Secret key for `S3_ENDPOINT`.", secret=True),
    Setting("S3_BUCKET", "contextualise", "Bucket for objects; it is made when missing and the key may do so."),
    Setting("S3_REGION", "us-east-1", "Region of the bucket."),
    Setting("SMTP_HOST", "", "Mail server. Empty: no mail is sent, and links are handed over by hand. Needs `PUBLIC_URL` and `MAIL_FROM`."),
    Setting("SMTP_PORT", "", "Its port. Empty: 587 with `starttls`, 465 with `tls`, 25 with `none`."),
    Setting("SMTP_USER", "", "User name at the mail server, where it asks for one."),
    Setting("SMTP_PASSWORD", "", "Password of `SMTP_USER`.", secret=True),
    Setting("SMTP_SECURITY", "starttls", "`starttls`, `tls` or `none`. The certificate is checked; a password is never sent in the clear."),
    Setting("MAIL_FROM", "", "Who mail comes from: `maps@example.org` or `Our maps <maps@example.org>`."),
    Setting(
        "ERROR_WEBHOOK_URL",
        "",
        "`https://` address that is told of unexpected errors, as JSON; administrators get mail of them where there is a mail server.",
        secret=True,
    ),
    Setting("LOG_LEVEL", "info", "`debug`, `info`, `warning` or `error`."),
    Setting("LOG_FORMAT", "text", "`text` for people, `json` for machines: one object a line."),
)


def settings_table() -> str:
    """The configuration table of the README, in Markdown."""
    rows = [f"| `{row.name}` | {f'`{row.default}`' if row.default else ''} | {row.meaning} |" for row in SETTINGS]
    return "\n".join(["| Setting | Default | Meaning |", "| --- | --- | --- |", *rows]) + "\n"
