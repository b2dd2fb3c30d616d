"""Builds the image of the Containerfile, runs it, and asks it for a page: once with its own database, once with a given one.

With buildah, podman and debootstrap as root it needs no image registry: the base image is made from Debian's packages.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from contextualise.embedded.postgres import EmbeddedPostgres  # noqa: E402 - the path to it is only known now

IMAGE = "localhost/contextualise:test"
BASE = "localhost/contextualise-base:bookworm"
SUITE = "bookworm"
PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
STORAGE_DRIVER = ("--storage-driver", "vfs")
# Neither belongs in an image that only serves.
UNWANTED = ("gcc", "cc", "g++", "make", "node", "npm", "git")
START_PATIENCE = 90.0


def main() -> int:
    missing = [tool for tool in ("buildah", "podman", "runc", "debootstrap") if shutil.which(tool, path=search_path()) is None]
    if missing or os.geteuid() != 0:
        print(f"The container test needs root and buildah, podman, runc and debootstrap. Missing: {', '.join(missing) or 'root'}.")
        print("On Debian: apt-get install buildah podman runc debootstrap")
        return 1
    make_base()
    step("Building the image", build)
    look_inside()
    with tempfile.TemporaryDirectory(prefix="ctx-container-") as folder:
        print("\nAlone, with a database of its own")
        with container(["--env", "WORKERS=1"]) as (name, address):
            exercise(name, address)
        print("\nWith a PostgreSQL that is given, and secrets from files")
        with given_database(Path(folder)) as arguments, container(arguments) as (name, address):
            exercise(name, address)
    print("\nThe image builds, runs and answers.")
    return 0


def search_path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def run(*command: str, capture: bool = False) -> str:
    """Run a program; its output when captured. Ends this one when it fails."""
    env = {**os.environ, "PATH": search_path()}
    done = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, text=True, capture_output=capture, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:6])} … failed with status {done.returncode}\n{done.stderr or ''}")
    return (done.stdout or "").strip()


def step(title: str, work: Callable[[], None]) -> None:
    print(f"{title} …", flush=True)
    began = time.monotonic()
    work()
    print(f"  took {time.monotonic() - began:.0f} s", flush=True)


def make_base() -> None:
    """An image with Debian's Python under a name of our own, where there is none yet."""
    if BASE in run("buildah", *STORAGE_DRIVER, "images", "--format", "{{.Name}}:{{.Tag}}", capture=True).splitlines():
        print("The base image is there already.")
        return
    with tempfile.TemporaryDirectory(prefix="ctx-base-") as folder:
        step("Making a base image from Debian's packages", lambda: debootstrap(Path(folder)))
        work = run("buildah", *STORAGE_DRIVER, "from", "scratch", capture=True)
        run("buildah", *STORAGE_DRIVER, "add", "--quiet", work, folder, "/")
        run("buildah", *STORAGE_DRIVER, "config", "--env", "LANG=C.UTF-8", work)
        run("buildah", *STORAGE_DRIVER, "commit", "--quiet", "--rm", work, BASE)


def debootstrap(folder: Path) -> None:
    log = ROOT / "test-results" / "debootstrap.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("w") as output:
        done = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(folder)],
            env={**os.environ, "PATH": search_path()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode:
        sys.exit(f"debootstrap failed; see {log}")


def build() -> None:
    options = ["--format", "docker", "--isolation", "chroot", "--network", "host", "--pull-never", "--build-arg", f"PYTHON_IMAGE={BASE}"]
    # Certificates and settings of the machine's own package index, if it has one, hold for the build but stay out of the image.
    options += [argument for path in trusted_paths() for argument in ("-v", f"{path}:{path}:ro")]
    run("buildah", *STORAGE_DRIVER, "bud", "--quiet", *options, "-t", IMAGE, "-f", "Containerfile", ".")


def trusted_paths() -> list[str]:
    return [path for path in ("/etc/ssl/certs", "/etc/pip.conf", "/etc/npmrc") if Path(path).exists()]


def look_inside() -> None:
    """The image's size, and that it neither runs as root nor carries what only a build needs."""
    about = json.loads(run("buildah", *STORAGE_DRIVER, "inspect", "--type", "image", IMAGE, capture=True))
    config = about["Docker"]["config"]
    assert config["User"] == "contextualise", config["User"]
    assert "Healthcheck" in config, "the image has no health check"
    sizes = run("buildah", *STORAGE_DRIVER, "images", "--format", "{{.Name}}:{{.Tag}} {{.Size}}", capture=True)
    print("\n".join(f"  {line}" for line in sizes.splitlines() if "<none>" not in line))
    found = podman("run", "--rm", "--entrypoint", "/bin/sh", *run_options(), IMAGE, "-c", f"command -v {' '.join(UNWANTED)}; id -u; true")
    assert found.splitlines() == ["10001"], f"unwanted in the image: {found}"
    print(f"  runs as account 10001; none of {', '.join(UNWANTED)} is in it")


def podman(*arguments: str) -> str:
    return run("podman", *STORAGE_DRIVER, "--cgroup-manager", "cgroupfs", "--runtime", "runc", *arguments, capture=True)


def run_options() -> list[str]:
    return [
        "--network",
        "host",
        "--read-only",
        "--tmpfs",
        "/tmp",
        "--cap-drop",
        "ALL",
        "--ulimit",
        "nofile=20000:20000",
        "--ulimit",
        "nproc=1000:1000",
    ]


@contextmanager
def given_database(folder: Path) -> Iterator[list[str]]:
    """A PostgreSQL of this machine and a folder of secrets, as arguments for the container."""
    files = folder / "secrets"
    files.mkdir(parents=True)
    with EmbeddedPostgres(folder / "postgres", tcp=True, fast=True) as server:
        before, _, password = server.url.partition("@")[0].rpartition(":")
        (files / "password").write_text(password)
        (files / "key").write_text(secrets.token_urlsafe(48))
        yield [
            "--volume",
            f"{files}:/run/secrets:ro",
            "--env",
            f"DATABASE_URL={before}@{server.url.partition('@')[2]}",
            "--env",
            "DATABASE_PASSWORD_FILE=/run/secrets/password",
            "--env",
            "SECRET_KEY_FILE=/run/secrets/key",
        ]


@contextmanager
def container(arguments: list[str]) -> Iterator[tuple[str, str]]:
    """A running container and its address; its log is shown if something fails."""
    name = f"contextualise-test-{secrets.token_hex(4)}"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    podman("run", "--detach", "--name", name, *run_options(), "--env", f"PORT={port}", "--env", "HOST=127.0.0.1", *arguments, IMAGE)
    try:
        yield name, f"http://127.0.0.1:{port}"
    except BaseException:
        subprocess.run(["podman", *STORAGE_DRIVER, "logs", name], env={**os.environ, "PATH": search_path()}, check=False)
        raise
    finally:
        podman("rm", "--force", "--volumes", name)


def exercise(name: str, address: str) -> None:
    began = time.monotonic()
    while (status := answer(f"{address}/healthz")) != 200:
        if time.monotonic() - began > START_PATIENCE:
            raise TimeoutError(f"no answer within {START_PATIENCE:.0f} s (last: {status})")
        time.sleep(0.1)
    print(f"  answers after {time.monotonic() - began:.1f} s")
    for path in ("/", "/readyz"):
        status = answer(address + path)
        print(f"  GET {path}: {status}")
        assert status == 200, path
    podman("healthcheck", "run", name)
    print("  its health check passes")
    log = podman("logs", name)
    assert "/setup?token=" in log, "the set-up link is not in its log"
    print("  its log has the set-up link")
    began = time.monotonic()
    podman("stop", "--time", "20", name)
    stopped = podman("inspect", "--format", "{{.State.ExitCode}}", name)
    print(f"  stops within {time.monotonic() - began:.1f} s with status {stopped}")
    assert stopped == "0", stopped


def answer(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
