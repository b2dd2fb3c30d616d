"""Finds the Chromium that the end-to-end tests and the screenshots drive."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium() -> str:
    """The path of a Chromium or Chrome; as root on Debian it is installed when missing. Ends the program where there is none."""
    found = os.environ.get("CHROMIUM") or look()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium for the end-to-end tests …", file=sys.stderr, flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *arguments], env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
        found = look()
    if found is None:
        sys.exit("The end-to-end tests need Chromium or Chrome. Install one, or name it: CHROMIUM=/path/to/chromium make test")
    return found


def look() -> str | None:
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return str(MAC) if MAC.exists() else None


if __name__ == "__main__":
    print(find_chromium())
