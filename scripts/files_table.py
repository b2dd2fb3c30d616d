"""Writes the table of awkward files into docs/files.md, between its two marks; a test sees to it that it is never forgotten."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.awkward_files import table  # noqa: E402 - the path to it is only known now

DOCUMENT = ROOT / "docs" / "files.md"
BEGIN, END = "<!-- files -->", "<!-- /files -->"


def main() -> None:
    text = DOCUMENT.read_text()
    if BEGIN not in text or END not in text:
        sys.exit(f"docs/files.md needs the lines {BEGIN} and {END} around the table")
    between = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)
    DOCUMENT.write_text(between.sub(lambda _: f"{BEGIN}\n{table()}{END}", text))


if __name__ == "__main__":
    main()
