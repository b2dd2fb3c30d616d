"""A process that looks at pictures: hostile or huge ones cost it its memory or its life, never the server's.

It imports nothing but what reads pictures, so that it starts in a moment, and knows neither the database nor the store. A line of JSON
on standard input names a file and a folder for its copies; a line on standard output tells what was found out.
"""

import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from contextualise.lib.renditions import Examined, examine_picture

MEMORY = 1_200 << 20  # bytes of address space, of which the libraries take a fifth
NO_MEMORY = "This picture is too large to be made smaller here. It can be downloaded as it is."


def main() -> None:
    """The life of the process: it ends with its input."""
    _limit_memory()
    Image.MAX_IMAGE_PIXELS = None  # huge ones are refused with their size, which Pillow would not tell
    for line in sys.stdin:
        task = json.loads(line)
        answer = examine(Path(task["file"]), Path(task["folder"]))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def examine(path: Path, folder: Path) -> dict[str, Any]:
    """Look at the picture and write its copies as `<width>.webp` into the folder; returns what is told about it."""
    try:
        with path.open("rb") as file:
            found = examine_picture(file)
    except MemoryError:
        found = Examined(problem=NO_MEMORY)
    copies = []
    for picture in found.pictures:
        (folder / f"{picture.width}.webp").write_bytes(picture.data)
        copies.append({"width": picture.width, "height": picture.height, "size": len(picture.data)})
    return {"width": found.width, "height": found.height, "problem": found.problem, "copies": copies}


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
