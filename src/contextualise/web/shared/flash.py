"""Messages that outlive one redirect, in a signed cookie of the reader's own browser."""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Literal

COOKIE = "flash"
_SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Flash:
    """One message; `undo_url`, when there is one, is where a POST takes the deed back."""

    text: str
    kind: Literal["info", "success", "error"] = "success"
    undo_url: str | None = None
    undo_label: str = "Undo"


class Signer:
    """Signs short values with the site's secret key (HMAC-SHA-256), each for one purpose."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def sign(self, purpose: str, value: bytes) -> str:
        """The value with its signature, safe in a cookie or an address."""
        return _encode(value) + _SEPARATOR + _encode(self._mac(purpose, value))

    def read(self, purpose: str, signed: str) -> bytes | None:
        """The value, or None when it is not one of ours."""
        encoded, _, mac = signed.partition(_SEPARATOR)
        try:
            value, given = _decode(encoded), _decode(mac)
        except ValueError:
            return None
        return value if hmac.compare_digest(given, self._mac(purpose, value)) else None

    def key(self, purpose: str) -> bytes:
        """A key of its own for a purpose, made from the secret one."""
        return hmac.digest(self._key, b"key\0" + purpose.encode(), hashlib.sha256)

    def _mac(self, purpose: str, value: bytes) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\0" + value, hashlib.sha256)[:16]


def pack(signer: Signer, flashes: list[Flash]) -> str:
    """The cookie's value."""
    return signer.sign(COOKIE, json.dumps([asdict(flash) for flash in flashes]).encode())


def unpack(signer: Signer, cookie: str | None) -> list[Flash]:
    """The messages of a cookie; none when it is missing or not ours."""
    value = signer.read(COOKIE, cookie) if cookie else None
    return [Flash(**item) for item in json.loads(value)] if value else []


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii", "replace") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
