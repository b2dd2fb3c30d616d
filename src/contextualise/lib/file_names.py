"""Names of files as people gave them, made safe to show, to keep and to save under."""

import unicodedata

MOST_BYTES = 255  # what file systems take
_SPACES = str.maketrans(dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029", " "))


def clean_file_name(name: str) -> str:
    """The last part of a path in NFC, on one line, without signs that nobody sees; empty where nothing is left of it.

    What turns the direction of writing is left out as well: it makes `gpj.exe` look like `exe.jpg`. A name longer than 255 bytes in
    UTF-8 is cut before its ending.
    """
    last = name.replace("\\", "/").rpartition("/")[2].translate(_SPACES)
    seen = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign) not in ("Cc", "Cs", "Cf", "Co", "Cn"))
    tidy = " ".join(seen.split())
    return "" if not tidy.strip(". ") else _cut(tidy)


def _cut(name: str) -> str:
    if len(name.encode()) <= MOST_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > 20:
        stem, dot, ending = name, "", ""
    room = MOST_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + dot + ending
