"""How often something may be tried, counted in PostgreSQL for all processes together.

Attempts are counted before they are made and in a transaction of their own, so that many at once cannot slip through and a refused
one still counts. Nobody is locked out by somebody else: the narrow limit is on address and account together.
"""

import hashlib
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import TooMany
from contextualise.repository import accounts as repository
from contextualise.repository.database import Database

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many attempts in a window of so many seconds."""

    key: str
    attempts: int
    seconds: int


def sign_in_limits(email: str, address: str) -> Sequence[Limit]:
    """Ten attempts a quarter of an hour on one account from one address, a hundred an hour from one address."""
    network = network_of(address)
    return (
        Limit(f"sign-in {_digest(email)} {network}", 10, 15 * MINUTE),
        Limit(f"sign-in {network}", 100, HOUR),
    )


def sign_up_limits(address: str) -> Sequence[Limit]:
    """Twenty attempts an hour from one address, because a refusal tells that an address has an account."""
    return (Limit(f"sign-up {network_of(address)}", 20, HOUR),)


def recovery_limits(email: str, address: str) -> Sequence[Limit]:
    """Five an hour for one address from one place, twenty from one place."""
    network = network_of(address)
    return (
        Limit(f"recovery {_digest(email)} {network}", 5, HOUR),
        Limit(f"recovery {network}", 20, HOUR),
    )


def invitation_limits(token: str) -> Sequence[Limit]:
    """Ten attempts an hour to make an account with one invitation, because a refusal tells that an address has an account."""
    return (Limit(f"invitation {_digest(token)}", 10, HOUR),)


def export_limits(address: str) -> Sequence[Limit]:
    """Thirty whole maps an hour from one address: each reads all of a map."""
    return (Limit(f"export {network_of(address)}", 30, HOUR),)


def mail_limits(user_id: int) -> Sequence[Limit]:
    """Five mails an hour that one account asks for, because they go to addresses that need not be its own."""
    return (Limit(f"mail {user_id}", 5, HOUR),)


def password_limits(user_id: int) -> Sequence[Limit]:
    """Ten attempts a quarter of an hour to show that one knows one's password."""
    return (Limit(f"password {user_id}", 10, 15 * MINUTE),)


async def take_attempt(session: AsyncSession, limits: Sequence[Limit]) -> None:
    """Count one attempt; raises `TooMany` with the seconds to wait when one of the limits is reached."""
    counted = {row.key: row for row in await repository.count_attempts(session, _windows(limits))}
    waits = [limit.seconds - counted[limit.key].passed for limit in limits if counted[limit.key].count > limit.attempts]
    if waits:
        seconds = max(1, math.ceil(max(waits)))
        raise TooMany(f"There were too many attempts. Try again in {_duration(seconds)}.", seconds)


async def give_back_attempt(session: AsyncSession, limits: Sequence[Limit]) -> None:
    """Forget one attempt, because it succeeded."""
    await repository.take_back_attempts(session, _windows(limits))


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 that one IPv6 subscriber has at least."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _windows(limits: Sequence[Limit]) -> dict[str, int]:
    return {limit.key: limit.seconds for limit in limits}


def _digest(text: str) -> str:
    """Not the text itself: people type passwords into the field for the address."""
    return hashlib.sha256(text.strip().casefold().encode("utf-8", "replace")).hexdigest()[:24]


def _duration(seconds: int) -> str:
    minutes = math.ceil(seconds / MINUTE)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"


async def take_export(database: Database, address: str) -> None:
    """Count one export of a whole map from a network address; raises `TooMany`."""
    async with database.writing() as session:
        await take_attempt(session, export_limits(address))
