"""What every form of a text knows about its writer: whose it is, which draft it keeps, which earlier ones it can offer.

A form names its draft by a place, `topics/tosca/text/7/edit#5f2c…`: its own address below the map's, and which opening of it this is. It
carries a pass, signed by us, that lets exactly that draft be kept for exactly that person even when their session has ended meanwhile;
whoever signs in next at that browser is somebody else until proven otherwise, and sees nothing of it.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.errors import Conflict, DomainError, Invalid, NotAllowed
from contextualise.domain.maps import OpenMap
from contextualise.domain.texts import compare_texts
from contextualise.domain.writing_drafts import DraftRow, drafts_of_form, forget_draft, keep_draft
from contextualise.lib.differences import Piece
from contextualise.lib.digests import read_digest
from contextualise.web.forms.posted import Posted
from contextualise.web.shared.errors import sign_in_needed
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import here, see_other, wants_fragment
from contextualise.web.shared.requests import AnyRequest, SignInNeeded, writing
from contextualise.web.shared.state import parts_of

PURPOSE = "writer"
PASS_SECONDS = 30 * 86_400
_MOST_COMPARED = 60_000  # characters; a longer draft is offered without a comparison
_SENT_AGAIN = ("expected", "contexts_before", "pass", "theme")  # none is called as a property of forms, such as `before`
_OTHER = "This form was opened by somebody else, who is not signed in any more. Nothing was saved; what it held is kept for that person."


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft that can be taken up: when it was written, and by words how it differs from what is saved."""

    map_id: int
    place: str
    at: datetime
    take_url: str
    show_url: str
    remove_url: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Writing:
    """What a form of a text carries for the keeper of its draft."""

    drafts_url: str
    map_id: int
    person: int
    place: str
    pass_: str
    offers: tuple[Offer, ...] = ()
    taken: DraftRow | None = None  # the draft that stands in the field


@dataclass(frozen=True, slots=True)
class Pass:
    """Who was given a form, and which draft it keeps."""

    user_id: int
    map_id: int
    place: str


async def writing_at(
    request: AnyRequest,
    connection: AsyncConnection | AsyncSession,
    found: OpenMap,
    address: str,
    *,
    saved: str,
    former: Collection[str] = (),
    ending: str = "",
) -> Writing:
    """What a form carries that is opened now.

    `address` is the form's below the map's and leads to it; `former` are others under which drafts of it may lie, `ending` is what only
    this form's address ends in. `saved` is the text as it stands. `?draft=` takes up the draft of that opening.
    """
    assert found.viewer is not None, "nobody else gets a form"
    user_id, map_id = found.viewer.id, found.map.id
    rows = await drafts_of_form(connection, map_id, user_id, {address, *former}, ending)
    asked = request.query_params.get("draft", "")
    taken = next((row for row in rows if asked and row.place.partition("#")[2] == asked), None)
    others = [row for row in rows if row is not taken and row.source.rstrip() != saved.rstrip() and row.source.strip()]
    place = taken.place if taken else f"{address}#{secrets.token_hex(6)}"
    offers = tuple([await _offer(found, address, row, saved) for row in others])
    return _writing(request, found, place, offers, taken)


def writing_again(request: AnyRequest, found: OpenMap, posted: Posted, address: str) -> Writing:
    """What a form carries that comes back with something to look at: the draft that it kept before."""
    given = read_pass(request, posted)
    is_own = given is not None and found.viewer is not None and (given.user_id, given.map_id) == (found.viewer.id, found.map.id)
    return _writing(request, found, given.place if given and is_own else f"{address}#{secrets.token_hex(6)}")


def _writing(request: AnyRequest, found: OpenMap, place: str, offers: tuple[Offer, ...] = (), taken: DraftRow | None = None) -> Writing:
    assert found.viewer is not None, "nobody else gets a form"
    signed = json.dumps([found.viewer.id, found.map.id, place, int(time.time())]).encode()
    pass_ = parts_of(request).signer.sign(PURPOSE, signed)
    return Writing(f"/maps/{found.map.ref}/drafts", found.map.id, found.viewer.id, place, pass_, offers, taken)


async def _offer(found: OpenMap, address: str, row: DraftRow, saved: str) -> Offer:
    opening = row.place.partition("#")[2]
    take_url = f"/maps/{found.map.ref}/{address}?{urlencode({'draft': opening})}"
    show_url = draft_url(row.map_id, row.place)
    remove_url = f"/drafts/removal?{urlencode({'map': row.map_id, 'place': row.place})}"
    is_short = max(len(saved), len(row.source)) <= _MOST_COMPARED
    pieces = await asyncio.to_thread(compare_texts, saved, row.source) if is_short else ()
    return Offer(row.map_id, row.place, row.updated_at, take_url, show_url, remove_url, pieces)


def draft_url(map_id: int, place: str) -> str:
    """The page of one draft."""
    return f"/drafts/show?{urlencode({'map': map_id, 'place': place})}"


def read_pass(request: AnyRequest, posted: Posted) -> Pass | None:
    """The pass that a form carries; None for none, for one that is not ours and for one that is older than any draft."""
    signed = parts_of(request).signer.read(PURPOSE, posted.text("pass"))
    if signed is None:
        return None
    user_id, map_id, place, issued = json.loads(signed)
    return Pass(user_id, map_id, place) if time.time() - issued < PASS_SECONDS else None


def require_writer(request: AnyRequest, posted: Posted, user_id: int | None) -> None:
    """Refuse a form that was given to another person: their words are not saved under somebody else's name. Raises `NotAllowed`."""
    given = read_pass(request, posted)
    if given is not None and given.user_id != user_id:
        raise NotAllowed(_OTHER)


async def forget_written(request: AnyRequest, session: AsyncSession, posted: Posted) -> None:
    """The form was saved: its draft has done its work."""
    given = read_pass(request, posted)
    if given is not None:
        await forget_draft(session, given.map_id, given.user_id, given.place)


async def keep_written(request: AnyRequest, session: AsyncSession, posted: Posted, source: str) -> bool:
    """Keep what a form holds that is not saved, for the person whom it was given to; False where that is not possible."""
    given = read_pass(request, posted)
    if given is None or not source.strip():
        return False
    try:
        async with session.begin_nested():
            await keep_draft(session, given.map_id, given.user_id, given.place, source=source, base_sha256=base_of(posted))
    except (Invalid, Conflict):
        return False
    return True


def base_of(posted: Posted) -> bytes | None:
    """The SHA-256 of the text that the form started from."""
    return read_digest(posted.text("expected"))


def note_unsaved(request: AnyRequest, posted: Posted) -> None:
    """Let a page that tells of a failure show the text that was sent, whatever fails; with what is needed to send it again."""
    fields = {name: value for name in _SENT_AGAIN for value in posted.texts(name)[:1] if value}
    request.state.unsaved = (posted.text("text"), fields)


async def keep_refused(request: AnyRequest, posted: Posted, refusal: Exception) -> Response[str]:
    """The answer to a text that was sent and cannot be saved by whoever is signed in now; nothing of it is lost.

    Raises the refusal where signing in again does not help.
    """
    given, viewer = read_pass(request, posted), request.state.get("viewer")
    if given is None:
        raise refusal
    async with writing(request) as session:
        is_kept = await keep_written(request, session, posted, posted.text("text"))
    if viewer is not None and viewer.id == given.user_id:
        raise refusal
    request.state.unsaved = None  # not for the eyes of somebody else
    if viewer is not None:
        raise NotAllowed(_OTHER)
    if not is_kept or wants_fragment(request):
        return sign_in_needed(request, SignInNeeded())
    opening = given.place.partition("#")[2]
    back = here(request).partition("?")[0]
    target = f"/sign-in?{urlencode({'next': f'{back}?draft={opening}'})}"
    return see_other(request, target, Flash("You are no longer signed in. What you wrote is kept: sign in and go on.", "info"))


REFUSALS = (DomainError, SignInNeeded)
