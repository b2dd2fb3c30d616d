"""The secret of a share link. It can be shown again to who manages the map, and still is nowhere in the database.

The secret is made of the server's key and a random number that is kept beside the hash: a copy of the database opens nothing, and
neither does the key alone.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_NONCE_BYTES = 16
_SECRET_BYTES = 18  # 144 bits, 24 characters
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{24})")


@dataclass(frozen=True, slots=True)
class Token:
    """What follows `/s/` in the address of a link: the number of the map, and the secret."""

    map_id: int
    text: str

    @property
    def digest(self) -> bytes:
        """What is kept of it. One round of SHA-256 is enough for a secret of this length."""
        return hashlib.sha256(self.text.encode()).digest()


def new_nonce() -> bytes:
    """The random part of a new link."""
    return secrets.token_bytes(_NONCE_BYTES)


def token_of(key: bytes, map_id: int, nonce: bytes) -> Token:
    """The token of a link, the same each time as long as the key is the same (HMAC-SHA-256, RFC 2104)."""
    mac = hmac.digest(key, map_id.to_bytes(8, "big") + nonce, hashlib.sha256)[:_SECRET_BYTES]
    return Token(map_id, f"{map_id}-{base64.urlsafe_b64encode(mac).decode()}")


def read_token(text: str) -> Token | None:
    """The token in an address; None for what cannot be one."""
    found = _TOKEN.fullmatch(text)
    return Token(int(found[1]), text) if found else None
