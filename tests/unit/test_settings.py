"""The settings: defaults, what is refused and how it is said, secrets from files."""

import stat
from dataclasses import fields
from pathlib import Path
from typing import ClassVar

import pytest

from contextualise.settings import SETTINGS, S3Settings, SettingsError, SmtpSettings, load_settings, settings_table

KEY = "kXw0p3Zr8vLq5Tn2Yb7Jc9Hd4Gf6Sa1M"


def own_server(**more: str) -> dict[str, str]:
    return {"DATABASE_URL": "postgresql://ctx:pw@db.internal/ctx", "SECRET_KEY": KEY, **more}


def test_nothing_set_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({})
    assert settings.database_url is None
    assert settings.s3 is None
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.sign_up == "closed"
    assert settings.storage == tmp_path / "storage"
    assert settings.objects_folder == tmp_path / "storage" / "objects"


def test_empty_variables_count_as_not_set(tmp_path: Path) -> None:
    settings = load_settings({"STORAGE": str(tmp_path), "PORT": "", "DATABASE_URL": " ", "S3_ENDPOINT": ""})
    assert (settings.port, settings.database_url, settings.s3) == (8000, None, None)


def test_a_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    environ = {"STORAGE": str(tmp_path / "new")}
    first, second = load_settings(environ), load_settings(environ)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]


def test_own_servers(tmp_path: Path) -> None:
    settings = load_settings(
        own_server(
            S3_ENDPOINT="https://s3.example.org:9000/", S3_ACCESS_KEY="a", S3_SECRET_KEY="b", S3_BUCKET="maps", STORAGE=str(tmp_path / "s")
        )
    )
    assert settings.database_url == "postgresql://ctx:pw@db.internal/ctx"
    assert settings.s3 == S3Settings("https://s3.example.org:9000", "a", "b", "maps", "us-east-1")
    assert (settings.s3.address, settings.s3.secure) == ("s3.example.org:9000", True)
    assert not (tmp_path / "s").exists(), "with everything elsewhere nothing is written here"


def test_objects_may_be_on_s3_with_the_embedded_database(tmp_path: Path) -> None:
    settings = load_settings(
        {"STORAGE": str(tmp_path), "S3_ENDPOINT": "http://127.0.0.1:9000", "S3_ACCESS_KEY": "minioadmin", "S3_SECRET_KEY": "minioadmin"}
    )
    assert settings.database_url is None
    assert settings.s3 is not None
    assert not settings.s3.secure


def test_several_database_hosts_and_sockets_pass_unchanged() -> None:
    for url in (
        "postgresql://ctx:pw@a:5432,b:5432/ctx?target_session_attrs=read-write",
        "postgresql:///ctx?host=/run/postgresql",
        "postgresql://ctx@/ctx?host=%2Frun%2Fpg&port=5433",
    ):
        assert load_settings(own_server(DATABASE_URL=url)).database_url == url
    assert load_settings(own_server(DATABASE_URL="postgres://u@h/d")).database_url == "postgresql://u@h/d"


def test_a_password_kept_apart_is_put_into_the_url(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p@ss/word:1\n")
    settings = load_settings(own_server(DATABASE_URL="postgresql://ctx@db/ctx", DATABASE_PASSWORD_FILE=str(tmp_path / "password")))
    assert settings.database_url == "postgresql://ctx:p%40ss%2Fword%3A1@db/ctx"


def test_secrets_come_from_files(tmp_path: Path) -> None:
    for name, content in (("url", "postgresql://a:b@c/d\n"), ("key", KEY + "\n")):
        (tmp_path / name).write_text(content)
    settings = load_settings({"DATABASE_URL_FILE": str(tmp_path / "url"), "SECRET_KEY_FILE": str(tmp_path / "key")})
    assert settings.database_url == "postgresql://a:b@c/d"
    assert settings.secret_key == KEY


def test_public_url_and_proxies() -> None:
    settings = load_settings(own_server(PUBLIC_URL="https://Maps.example.org/", TRUSTED_PROXIES="10.0.0.0/8, ::1"))
    assert settings.public_url == "https://maps.example.org"
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")
    assert load_settings(own_server(HOST="0.0.0.0", PORT="81")).address == "http://127.0.0.1:81"
    assert load_settings(own_server(HOST="::1")).address == "http://[::1]:8000"


def test_tiles_of_the_map() -> None:
    url = "https://tiles.example.org/styles/{z}/{x}/{y}{r}.png?key=1"
    settings = load_settings({"MAP_TILES_URL": url, "MAP_TILES_ATTRIBUTION": "© Somebody", "SECRET_KEY": "0123456789abcdef" * 3})
    assert (settings.map_tiles_url, settings.map_tiles_attribution) == (url, "© Somebody")


@pytest.mark.parametrize(
    "url",
    ["tiles.example.org/{z}/{x}/{y}", "https://tiles.example.org/1.png", "https://{s}.example.org/{z}/{x}/{y}", "ftp://x/{z}/{x}/{y}"],
)
def test_tiles_that_no_page_could_show_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="MAP_TILES_URL"):
        load_settings({"MAP_TILES_URL": url, "SECRET_KEY": "0123456789abcdef" * 3})


@pytest.mark.parametrize(
    ("wrong", "named", "said"),
    [
        ({"PORT": "eighty"}, "PORT", "whole number from 1 to 65535"),
        ({"PORT": "0"}, "PORT", "whole number"),
        ({"PORT": "99999999999999999999"}, "PORT", "whole number"),
        ({"PORT": "٨٠"}, "PORT", "whole number"),
        ({"WORKERS": "-1"}, "WORKERS", "whole number"),
        ({"SIGN_UP": "everyone"}, "SIGN_UP", "closed, invite, open"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL", "debug, info"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT", "text, json"),
        ({"PUBLIC_URL": "maps.example.org"}, "PUBLIC_URL", "not an origin"),
        ({"PUBLIC_URL": "https://example.org/maps"}, "PUBLIC_URL", "not an origin"),
        ({"PUBLIC_URL": "https://user@example.org"}, "PUBLIC_URL", "not an origin"),
        ({"PUBLIC_URL": "https://example.org:port"}, "PUBLIC_URL", "not an origin"),
        ({"TRUSTED_PROXIES": "caddy"}, "TRUSTED_PROXIES", "not an address"),
        ({"DATABASE_URL": "mysql://a:b@c/d"}, "DATABASE_URL", "postgresql://"),
        ({"DATABASE_URL": "postgresql://host"}, "DATABASE_URL", "postgresql://"),
        ({"DATABASE_URL": "postgresql://u:p@host:many/d"}, "DATABASE_URL", "not a URL"),
        ({"DATABASE_URL": "postgresql://u:changeme@host/d"}, "DATABASE_URL", "placeholder"),
        ({"DATABASE_PASSWORD": "x"}, "DATABASE_PASSWORD", "and no password"),
        ({"DATABASE_URL": "", "DATABASE_PASSWORD": "x"}, "DATABASE_PASSWORD", "DATABASE_URL is not"),
        ({"DATABASE_URL": "postgresql://host/d", "DATABASE_PASSWORD": "x"}, "DATABASE_PASSWORD", "must name a user"),
        ({"SECRET_KEY": ""}, "SECRET_KEY", "missing"),
        ({"SECRET_KEY": "changeme"}, "SECRET_KEY", "placeholder"),
        ({"SECRET_KEY": "k3y"}, "SECRET_KEY", "too easy"),
        ({"SECRET_KEY": "a" * 40}, "SECRET_KEY", "too easy"),
        ({"SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY", "either"),
        ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/nowhere/at/all"}, "SECRET_KEY_FILE", "cannot be read"),
        ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/dev/null"}, "SECRET_KEY_FILE", "empty"),
        ({"S3_ENDPOINT": "https://s3"}, "S3_ACCESS_KEY", "belong together"),
        ({"S3_SECRET_KEY": "b"}, "S3_ENDPOINT", "belong together"),
        ({"S3_ENDPOINT": "s3:9000", "S3_ACCESS_KEY": "a", "S3_SECRET_KEY": "b"}, "S3_ENDPOINT", "https://host:port"),
        ({"S3_ENDPOINT": "http://s3:9000", "S3_ACCESS_KEY": "a", "S3_SECRET_KEY": "minioadmin"}, "S3_SECRET_KEY", "placeholder"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(wrong: dict[str, str], named: str, said: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings(own_server() | wrong)
    message = str(refusal.value)
    assert message.startswith(f"{named}: ")
    assert said in message
    assert "\n" not in message


def test_a_message_never_shows_a_secret() -> None:
    for wrong in ({"DATABASE_URL": "mysql://u:hunter2hunter2@h/d"}, {"SECRET_KEY": "hunter2hunter2"}):
        with pytest.raises(SettingsError) as refusal:
            load_settings(own_server() | wrong)
        assert "hunter2" not in str(refusal.value)


def test_a_storage_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"^STORAGE: "):
        load_settings({"STORAGE": str(tmp_path / "file" / "inside")})


def test_the_table_lists_every_setting_that_is_read(tmp_path: Path) -> None:
    class Recording(dict[str, str]):
        asked: ClassVar[set[str]] = set()

        def get(self, name: str, default: str = "") -> str:  # type: ignore[override]  # narrower on purpose
            self.asked.add(name)
            return super().get(name, default)

    load_settings(Recording(STORAGE=str(tmp_path)))
    rows = {row.name for row in SETTINGS}
    assert {name for name in Recording.asked if not name.endswith("_FILE")} <= rows
    assert {f"{row.name}_FILE" for row in SETTINGS if row.secret} >= {name for name in Recording.asked if name.endswith("_FILE")}
    assert all(f"| `{name}` |" in settings_table() for name in rows)


def test_the_readme_holds_the_table() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert settings_table() in readme, "run: make settings-table"


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = load_settings({"STORAGE": str(tmp_path)})
    with pytest.raises(AttributeError):
        setattr(settings, fields(settings)[0].name, None)


MAIL = {"SMTP_HOST": "mail.example.org", "MAIL_FROM": "Our maps <maps@example.org>", "PUBLIC_URL": "https://maps.example.org"}


def test_without_a_mail_server_there_is_no_mail() -> None:
    assert load_settings(own_server()).smtp is None


def test_a_mail_server(tmp_path: Path) -> None:
    assert load_settings(own_server(**MAIL)).smtp == SmtpSettings(
        "mail.example.org", 587, "", "", "starttls", "Our maps", "maps@example.org"
    )
    (tmp_path / "password").write_text("quiet words\n")
    more = {"SMTP_USER": "maps", "SMTP_PASSWORD_FILE": str(tmp_path / "password"), "SMTP_SECURITY": "TLS", "MAIL_FROM": "maps@example.org"}
    assert load_settings(own_server(**MAIL | more)).smtp == SmtpSettings(
        "mail.example.org", 465, "maps", "quiet words", "tls", "", "maps@example.org"
    )
    local = MAIL | {"SMTP_HOST": "localhost", "SMTP_USER": "maps", "SMTP_PASSWORD": "x", "SMTP_SECURITY": "none", "SMTP_PORT": "1025"}
    smtp = load_settings(own_server(**local)).smtp
    assert smtp is not None and (smtp.port, smtp.security) == (1025, "none")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"SMTP_HOST": "mail.example.org:587"}, "SMTP_HOST: 'mail.example.org:587' is not the name of a host; the port is SMTP_PORT"),
        ({"SMTP_PORT": "0"}, "SMTP_PORT: '0' is not a whole number from 1 to 65535"),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY: 'ssl' is none of starttls, tls, none"),
        ({"SMTP_USER": "maps"}, "SMTP_PASSWORD: is missing; SMTP_USER and SMTP_PASSWORD belong together"),
        ({"SMTP_PASSWORD": "x"}, "SMTP_USER: is missing; SMTP_USER and SMTP_PASSWORD belong together"),
        (
            {"SMTP_USER": "maps", "SMTP_PASSWORD": "x", "SMTP_SECURITY": "none"},
            "SMTP_SECURITY: with `none` the password would cross the network in the clear; use starttls or tls",
        ),
        ({"MAIL_FROM": ""}, "MAIL_FROM: is missing; with SMTP_HOST set it must say who mail comes from"),
        ({"MAIL_FROM": "maps"}, "MAIL_FROM: 'maps' is not of the form Our maps <maps@example.org>"),
        ({"MAIL_FROM": "a@b, c@d"}, "MAIL_FROM: 'a@b, c@d' is not of the form Our maps <maps@example.org>"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL: is missing; with SMTP_HOST set it must be given, because mail holds links"),
        ({"SMTP_HOST": ""}, "MAIL_FROM: is set, but SMTP_HOST is not"),
        ({"SMTP_HOST": "", "MAIL_FROM": "", "SMTP_PASSWORD": "x"}, "SMTP_PASSWORD: is set, but SMTP_HOST is not"),
    ],
)
def test_what_is_wrong_with_the_mail_server_is_said_at_the_start(more: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings(own_server(**MAIL | more))
    assert str(refusal.value) == message


@pytest.mark.parametrize("url", ["https://hooks.example.org/services/T0/B1?key=abc", "http://127.0.0.1:9000/hook", "http://localhost/"])
def test_an_address_for_error_notices(url: str, tmp_path: Path) -> None:
    assert load_settings({"STORAGE": str(tmp_path), "ERROR_WEBHOOK_URL": url}).error_webhook_url == url


@pytest.mark.parametrize(
    "url", ["http://hooks.example.org/x", "ftp://example.org/", "https://user:pw@example.org/", "https://", "hook", "https://a b/"]
)
def test_error_notices_go_nowhere_in_the_clear(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ERROR_WEBHOOK_URL") as caught:
        load_settings({"STORAGE": str(tmp_path), "ERROR_WEBHOOK_URL": url})
    assert "example" not in str(caught.value), "it may hold a secret"
