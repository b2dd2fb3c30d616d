"""Readers' complaints about published maps, and what administrators do about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import audit
from contextualise.domain.accounts import BEGINNING, Page, Place, check_email, searchable
from contextualise.domain.accounts.limits import HOUR, Limit, network_of
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.mail import Mailer
from contextualise.domain.maps import unpublish_map
from contextualise.domain.notices import notify, notify_all
from contextualise.repository import reports as repository
from contextualise.repository.reports import PublishedRow, ReportRow

__all__ = [
    "REASONS",
    "Complaint",
    "PublishedRow",
    "ReportRow",
    "check_complaint",
    "count_open",
    "find_report",
    "handle",
    "list_published",
    "list_reports",
    "report_limits",
    "report_map",
]

PAGE = 40
MAX_WORDS = 4000
MAX_OUTCOME = 1000

REASONS: Mapping[str, str] = {
    "rights": "It uses somebody’s work without permission",
    "privacy": "It tells private things about a person",
    "harm": "It threatens, incites or demeans people",
    "deceit": "It deceives, or is advertising",
    "law": "It breaks the law in another way",
    "other": "Something else",
}

Way = Literal["unpublish", "dismiss"]
_TOLD: Mapping[Way, str] = {"unpublish": "the map is not published any more", "dismiss": "the map stays published"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a reader says about a page, as it is kept."""

    address: str
    reason: str
    words: str
    email: str


def report_limits(address: str) -> Sequence[Limit]:
    """Five reports an hour and fifteen a day from one place."""
    network = network_of(address)
    return (Limit(f"report {network}", 5, HOUR), Limit(f"report-day {network}", 15, 24 * HOUR))


def check_complaint(*, address: str, reason: str, words: str, email: str) -> Complaint:
    """The complaint as it is kept; raises `Invalid` naming each field that cannot be accepted."""
    errors: dict[str, str] = {}
    words = words.strip()
    if reason not in REASONS:
        errors["reason"] = "Choose what is wrong."
    if reason == "other" and not words:
        errors["words"] = "Say what is wrong."
    if len(words) > MAX_WORDS:
        errors["words"] = f"Use at most {MAX_WORDS:,} characters; there are {len(words):,}."
    try:
        email = check_email(email) if email.strip() else ""
    except Invalid as error:
        errors.update(error.fields)
    if errors:
        raise Invalid(errors)
    return Complaint(address, reason, words, email)


async def report_map(session: AsyncSession, map_id: int, user_id: int | None, complaint: Complaint) -> int:
    """Put a complaint before the administrators; returns its id."""
    made = await repository.add_report(
        session,
        map_id,
        address=complaint.address,
        reason=complaint.reason,
        body=complaint.words,
        user_id=user_id,
        email=complaint.email,
    )
    told = await repository.list_administrators(session)
    await notify_all(session, user_ids=told, kind="report", map_id=map_id, by_user_id=user_id)
    return made


async def find_report(connection: AsyncConnection | AsyncSession, map_id: int, report_id: int) -> ReportRow:
    """One complaint; raises `NotFound`."""
    found = await repository.find_report(connection, map_id, report_id)
    if found is None:
        raise NotFound("There is no such report.")
    return found


async def list_reports(connection: AsyncConnection, place: Place = BEGINNING, *, handled: bool = False) -> Page[ReportRow]:
    """A page of the complaints that wait, the earliest first, or of those handled, the latest first."""
    return await repository.list_reports(connection, place, handled=handled, limit=PAGE)


async def count_open(connection: AsyncConnection) -> int:
    """How many complaints wait."""
    return await repository.count_open(connection)


async def list_published(connection: AsyncConnection, place: Place = BEGINNING, *, search: str = "") -> Page[PublishedRow]:
    """A page of the published maps, the one published last first."""
    return await repository.list_published(connection, place, search=searchable(search), limit=PAGE)


async def handle(session: AsyncSession, mailer: Mailer, by: int, place: tuple[int, int], way: Way, words: str) -> ReportRow:
    """Decide about a complaint; to make the map private settles all that wait about it. Returns the complaint as it was.

    The owner is told of a map made private and reads `words`; whoever complained is told what came of it. `place` is the map and the
    complaint. Raises `NotFound`, `Conflict` for one that was handled, and `Invalid`.
    """
    map_id, report_id = place
    words = words.strip()
    if len(words) > MAX_OUTCOME:
        raise Invalid({"words": f"Use at most {MAX_OUTCOME:,} characters; there are {len(words):,}."})
    if way == "unpublish" and not words:
        raise Invalid({"words": "Tell the owner why."})
    if way == "unpublish":
        await unpublish_map(session, map_id, by)
    found = await find_report(session, map_id, report_id)
    handled = await repository.handle_reports(
        session, map_id, None if way == "unpublish" else report_id, by=by, outcome=f"{_TOLD[way]}. {words}".strip()
    )
    if report_id not in [number for number, _, _ in handled]:
        raise Conflict("This report was handled by somebody else just now.")
    await audit.note(session, user_id=by, action=f"report.{way}", map_id=map_id, detail={"reports": len(handled)})
    if way == "unpublish":
        await notify(session, user_id=found.owner_id, kind="unpublished", map_id=map_id, by_user_id=by, detail={"words": f": {words}"})
    for _, user_id, email in handled:
        await _answer(session, mailer, found, user_id, email, _TOLD[way])
    return found


async def _answer(session: AsyncSession, mailer: Mailer, found: ReportRow, user_id: int | None, email: str, outcome: str) -> None:
    if user_id is not None:
        detail = {"title": found.map_title, "outcome": outcome}
        await notify(session, user_id=user_id, kind="outcome", map_id=found.map_id, detail=detail)
    elif email:
        await mailer.queue(
            session,
            to=email,
            subject=f"Your report of “{found.map_title}”",
            body=f"You reported the map “{found.map_title}”. It was looked at: {outcome}.",
        )
