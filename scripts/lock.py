"""Writes the lock files anew: hashes for every package, and no registry's address in any of them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"


def main() -> None:
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("Locking needs uv on the PATH (pipx install uv, or your system's package).")
    common = ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-header", "--no-emit-index-url", "--quiet"]
    upgrade = [] if "--keep" in sys.argv else ["--upgrade"]
    for name, extra in (("run", []), ("dev", ["--extra", "dev"])):
        run(uv, "pip", "compile", *common, *upgrade, *extra, "pyproject.toml", "-o", f"requirements/{name}.txt")
    lock_assets()


def lock_assets() -> None:
    bin_folder = Path(sys.executable).parent
    npm = bin_folder / "npm" if (bin_folder / "npm").exists() else "npm"
    run(
        npm,
        "install",
        "--package-lock-only",
        "--ignore-scripts",
        "--loglevel=error",
        env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"},
    )
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    path.write_text(json.dumps(lock, indent=2) + "\n")


def run(*command: object, env: dict[str, str] | None = None) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed")


if __name__ == "__main__":
    main()
