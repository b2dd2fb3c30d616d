"""SHA-256 digests in addresses and forms, which anybody may have written."""

import re

_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_digest(text: str | None) -> bytes | None:
    """The digest that 64 hexadecimal digits in lower case say; None for anything else."""
    return bytes.fromhex(text) if text and _DIGEST.fullmatch(text) else None
