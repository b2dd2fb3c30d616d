"""Secrets of cookies and one-time links: the browser keeps the token, the database only its hash."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A secret of 256 random bits that may stand in a cookie or an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """What is kept of a token. One round of SHA-256 is enough: a random token of this length cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
