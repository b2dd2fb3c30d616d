"""Asks the advisory databases about every locked package: pip-audit for Python's, npm for the pages'."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def main() -> int:
    npm = BIN / "npm" if (BIN / "npm").exists() else "npm"
    commands = (
        [BIN / "pip-audit", "--strict", "--require-hashes", "--disable-pip", "--progress-spinner=off", "-r", "requirements/run.txt"],
        [npm, "audit", "--omit=dev"],
    )
    env = {**os.environ, "PATH": f"{BIN}:{os.environ.get('PATH', os.defpath)}"}
    statuses = [subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False).returncode for command in commands]
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main())
