"""Writes the table of settings into README.md, between its two marks; a test sees to it that it is never forgotten."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from contextualise.settings import settings_table  # noqa: E402 - the path to it is only known now

README = ROOT / "README.md"
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"


def main() -> None:
    text = README.read_text()
    if BEGIN not in text or END not in text:
        sys.exit(f"README.md needs the lines {BEGIN} and {END} around the table")
    between = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)
    README.write_text(between.sub(lambda _: f"{BEGIN}\n{settings_table()}{END}", text))


if __name__ == "__main__":
    main()
