"""Runs every check and every test, goes on after a failure, and says at the end how many of each kind passed."""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from chromium import find_chromium

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKED = ("src", "tests", "scripts")


@dataclass(frozen=True)
class Kind:
    """One kind of tests: its folder, and over how many processes it is spread."""

    name: str
    folder: str
    spread: bool


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


KINDS = (
    Kind("unit", "tests/unit", spread=True),
    Kind("integration", "tests/integration", spread=True),
    Kind("end-to-end", "tests/e2e", spread=True),
)
CHECKS: tuple[tuple[str, list[str | Path]], ...] = (
    ("format", [BIN / "ruff", "format", "--check", "--quiet", *CHECKED]),
    ("rules", [BIN / "ruff", "check", "--quiet", *CHECKED]),
    ("types", [BIN / "mypy"]),
    ("imports", [BIN / "lint-imports", "--no-cache"]),
)


def main() -> int:
    broken = [name for name, command in CHECKS if not check(name, command)]
    if "--lint" in sys.argv:
        return report_checks(broken)
    os.environ["CHROMIUM"] = find_chromium()
    counts: dict[str, Count] = {}
    for kind in KINDS:
        counts[kind.name], status = run_tests(kind)
        if status:
            broken.append(f"{kind.name} tests")
    total = Count(*(sum(getattr(count, field) for count in counts.values()) for field in ("passed", "failed", "skipped")))
    print("\n" + "\n".join(f"{name:>12}: {count}" for name, count in counts.items()))
    print(f"\n{'Broken: ' + ', '.join(broken) if broken else 'Everything holds.'}")
    print(total, flush=True)
    return 1 if broken else 0


def check(name: str, command: list[str | Path]) -> bool:
    """Whether one check of the code holds; what it says is shown only when it does not."""
    began = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        print(done.stdout.decode(errors="replace"))
    print(f"{name}: {'BROKEN' if done.returncode else 'good'} ({time.monotonic() - began:.1f} s)", flush=True)
    return done.returncode == 0


def report_checks(broken: list[str]) -> int:
    print(f"Broken: {', '.join(broken)}" if broken else "Everything holds.")
    return 1 if broken else 0


def run_tests(kind: Kind) -> tuple[Count, int]:
    """Run one kind and count its results from the machine-readable report; a run without any test is a failure."""
    print(f"\n{kind.name} tests", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        command = [BIN / "pytest", kind.folder, f"--junit-xml={results}", "-q"]
        if kind.spread:
            command += ["-n", str(min(4, max(2, os.cpu_count() or 2))), "--dist", "loadfile"]
        done = subprocess.run([str(part) for part in command], cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
        count = read_count(results)
    if not count.passed and not count.failed:
        print(f"No {kind.name} test ran.")
        count.failed += 1
    return count, done.returncode or count.failed


def read_count(results: Path) -> Count:
    if not results.exists():
        return Count()
    suites = ElementTree.parse(results).getroot().iter("testsuite")
    total = Count()
    for suite in suites:
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        total.passed += tests - failed - skipped
        total.failed += failed
        total.skipped += skipped
    return total


if __name__ == "__main__":
    sys.exit(main())
