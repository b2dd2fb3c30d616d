"""Passwords: which are good enough (NIST SP 800-63B, 3.1.1.2) and how they are kept (argon2id, RFC 9106)."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from contextualise.domain.errors import Invalid
from contextualise.lib.passwords_list import is_common

MIN_CHARACTERS = 10
MAX_BYTES = 1024

# OWASP's second choice of parameters: 45 ms where argon2's own defaults take 420, and 19 MiB each.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)

# A hash of nobody's password, with the same parameters: comparing with it takes as long as with a real one.
_NOBODY = _HASHER.hash("nobody")

# Few threads, so that a flood of sign-ins waits in a queue and can take neither all processors nor much memory.
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


def check_password(password: str, *, email: str = "", field: str = "password") -> None:
    """Raise `Invalid` for a password that is too short, too long, well known or the person's own address.

    Nothing is asked about kinds of characters: such rules make passwords worse.
    """
    reason = _weakness(_normal(password), _normal(email))
    if reason:
        raise Invalid({field: reason})


async def hash_password(password: str) -> str:
    """The argon2id hash of a password, made in another thread."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, _normal(password))


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash; as slow for None, and then always False."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, _normal(password), password_hash)


def needs_rehash(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than the present ones."""
    return _HASHER.check_needs_rehash(password_hash)


def _weakness(password: str, email: str) -> str | None:
    if len(password) < MIN_CHARACTERS:
        return f"Use at least {MIN_CHARACTERS} characters; several words are easy to remember and hard to guess."
    if not _fits(password):
        return f"Use fewer characters: at most {MAX_BYTES} bytes."
    folded = password.casefold()
    if is_common(password) or len(set(folded)) < 3:
        return "This password is one of the first that are tried; choose another."
    address = email.casefold()
    if address and folded in (address, address.partition("@")[0]):
        return "Your e-mail address is easy to guess; choose something else."
    return None


def _normal(text: str) -> str:
    """NFKC, so that a password typed on another keyboard or system is the same password."""
    return unicodedata.normalize("NFKC", text)


def _fits(password: str) -> bool:
    try:
        return len(password.encode()) <= MAX_BYTES
    except UnicodeEncodeError:
        return False


def _verify(password: str, password_hash: str | None) -> bool:
    comparable = password_hash is not None and _fits(password)
    try:
        _HASHER.verify(password_hash if comparable and password_hash else _NOBODY, password if comparable else "somebody")
    except (VerificationError, InvalidHashError):
        return False
    return comparable
