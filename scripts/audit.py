"""Asks the advisory databases about every locked package: pip-audit for Python's, npm for the pages'.

The status is 0 when all were asked about and nothing is known, 1 when a weakness is, 2 when some could not be asked about: a machine
without network, or behind a mirror that has no advisories, never says that all is well.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LOCKS = ("run", "dev")
SHOWN = 5


@dataclass
class Outcome:
    """What one database said."""

    asked: int = 0
    weaknesses: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        words = [f"{self.asked} packages asked about", f"{len(self.weaknesses)} known weaknesses"]
        return ", ".join([*words, f"{len(self.unasked)} not asked about"] if self.unasked else words)


def main() -> int:
    """Ask about everything."""
    return report({f"requirements/{lock}.txt": ask_pip(lock) for lock in LOCKS} | {"package-lock.json": ask_npm()})


def report(outcomes: Mapping[str, Outcome]) -> int:
    """Print what was found, and return the status."""
    for name, outcome in outcomes.items():
        print(f"{name}: {outcome}")
        for line in outcome.weaknesses:
            print(f"  {line}")
        for line in outcome.unasked[:SHOWN]:
            print(f"  NOT ASKED ABOUT: {line}")
        if len(outcome.unasked) > SHOWN:
            print(f"  … and {len(outcome.unasked) - SHOWN} more")
    if any(outcome.weaknesses for outcome in outcomes.values()):
        return 1
    if any(outcome.unasked for outcome in outcomes.values()):
        print("Not everything could be asked about. This is no clean bill.")
        return 2
    print("Nothing is known against any of them.")
    return 0


def ask_pip(lock: str) -> Outcome:
    """pip-audit about a lock file of Python's."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json", f"--output={report}"]
        done = run([str(BIN / "pip-audit"), *options, "-r", f"requirements/{lock}.txt"])
        try:
            found = json.loads(report.read_text())
        except (OSError, ValueError):
            return Outcome(unasked=[f"all of them: {last_line(done.stderr)}"])
    return read_pip(found)


def read_pip(found: dict[str, Any]) -> Outcome:
    """The outcome of a report of pip-audit."""
    outcome = Outcome()
    for package in found.get("dependencies", []):
        name = f"{package['name']} {package.get('version', '')}".strip()
        if "skip_reason" in package:
            outcome.unasked.append(f"{name}: {package['skip_reason']}")
            continue
        outcome.asked += 1
        outcome.weaknesses += [
            f"{name}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'nothing yet'}" for each in package["vulns"]
        ]
    return outcome


def ask_npm() -> Outcome:
    """npm about the lock file of the pages' packages."""
    npm = str(BIN / "npm") if (BIN / "npm").exists() else "npm"
    done = run([npm, "audit", "--omit=dev", "--json"])
    try:
        return read_npm(json.loads(done.stdout))
    except ValueError:
        return Outcome(unasked=[f"all of them: {last_line(done.stderr)}"])


def read_npm(found: dict[str, Any]) -> Outcome:
    """The outcome of a report of `npm audit`."""
    if "metadata" not in found:
        told = found.get("error", {}).get("summary") or found.get("message") or "the registry did not answer"
        return Outcome(unasked=[f"all of them: {told}"])
    weaknesses = [f"{name}: {each['severity']}, in {each['range']}" for name, each in found.get("vulnerabilities", {}).items()]
    return Outcome(found["metadata"]["dependencies"]["total"], weaknesses)


def run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "PATH": f"{BIN}:{os.environ.get('PATH', os.defpath)}"}
    return subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no answer")[:200]


if __name__ == "__main__":
    sys.exit(main())
