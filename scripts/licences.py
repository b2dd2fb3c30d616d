"""Lists every package that comes along when Contextualise runs: Python's and the pages', with versions and licences."""

import importlib.metadata
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    rows = [*python_packages(), *page_packages()]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip())


def python_packages() -> list[tuple[str, str, str]]:
    """The packages of the lock for running, those for other systems left out."""
    rows = []
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE):
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        rows.append((name, version, licence_of(metadata)))
    return sorted(rows)


def licence_of(metadata: importlib.metadata.PackageMetadata) -> str:
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    classifiers = [line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier") or [] if line.startswith("License")]
    stated = metadata["License"].strip().splitlines() if "License" in metadata else []
    return ", ".join(classifiers) or (stated[0] if stated else "not stated")


def page_packages() -> list[tuple[str, str, str]]:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return sorted(
        (name.removeprefix("node_modules/"), package["version"], package.get("license", "not stated"))
        for name, package in packages.items()
        if name and not package.get("dev")
    )


if __name__ == "__main__":
    main()
