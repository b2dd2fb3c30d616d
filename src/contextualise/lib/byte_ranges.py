"""Ranges of bytes that a client asks for (RFC 9110, section 14)."""

import re

_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*")


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Offset and length of the one range asked for.

    None where the header must be ignored: another unit, several ranges, or not understood. Raises `ValueError` for a range that lies
    outside the content (416).
    """
    found = _RANGE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if length == 0:
            raise ValueError("an empty range")
        return size - length, length
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        raise ValueError("a range beyond the end")
    return first, last - first + 1
