"""Secrets of invitations: made from the server's key and a random number, so that whoever invites can copy the link again."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A secret just made: what the link holds, and what the database keeps."""

    token: str
    nonce: bytes
    token_hash: bytes


class LinkMaker:
    """Makes the secrets of one server's invitations. A database that falls into wrong hands tells none of them."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def fresh(self, map_id: int) -> Fresh:
        """A secret that never was."""
        nonce = secrets.token_bytes(16)
        token = self.token(map_id, nonce)
        return Fresh(token, nonce, hash_of(token))

    def token(self, map_id: int, nonce: bytes) -> str:
        """The secret once more; the server's key decides, so after a change of that it is another and fits no hash."""
        mac = hmac.digest(self._key, b"invitation\0%d\0" % map_id + nonce, hashlib.sha256)
        return f"{map_id}-{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def map_of(token: str) -> int | None:
    """The number of the map that a secret names; None for what cannot be a secret."""
    found = _TOKEN.fullmatch(token)
    return int(found[1]) if found else None


def hash_of(token: str) -> bytes:
    """What is kept of a secret. It is too long to be guessed, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).digest()
