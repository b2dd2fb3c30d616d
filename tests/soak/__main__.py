"""`make soak`: what takes longer than tests may: `python -m tests.soak [fuzz] [kills]`, all of it where nothing is named."""

import sys
from importlib import import_module

PARTS = ("kills", "fuzz")


def main(asked: list[str]) -> int:
    """Run the parts; the status is 1 when one of them found a fault."""
    unknown = set(asked) - set(PARTS)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}; there is: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    status = 0
    for name in asked or PARTS:
        print(f"== {name}", flush=True)
        status |= import_module(f"tests.soak.{name}").main()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
