"""What is told about an upload: to a browser, to htmx, and to the script that shows how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response

from contextualise.domain.access import Action
from contextualise.domain.content import Prepared
from contextualise.domain.history import Saved
from contextualise.web.shared import errors
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import VARY, see_other, wants_fragment
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.topics.blocks import MEDIA
from contextualise.web.topics.editing import Place, undoable
from contextualise.web.topics.showing import topic_block

TOLD = 4  # messages about single files; a cookie has room for no more
_LONGEST_NAME = 50
READ_BY_SERVER = 1 << 30  # bytes nobody wants that are let in all the same, so that a browser comes to reading the answer
_REMARKS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: kept with `saved` and `prepared`, or refused with a `problem` in words."""

    name: str
    status: int = 200
    problem: str = ""
    saved: Saved | None = None
    prepared: Prepared | None = None
    needs_alt: bool = False

    @property
    def sentence(self) -> str:
        """Why it was not kept, for a message of its own."""
        return f"“{self.short_name}” was not kept. {self.problem}" if self.name else f"{self.problem} Nothing was kept."

    @property
    def short_name(self) -> str:
        """The name without its middle, where it is long."""
        name = self.name
        return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 13]}…{name[-12:]}"


async def answer(request: AnyRequest, place: Place, outcomes: Sequence[Outcome], *, unread: int = 0) -> Response[Any]:
    """Tell what became of the files; `unread` is how much of the form is still on its way."""
    status = max(outcome.status for outcome in outcomes)
    if wants_json(request):
        told = [_as_json(outcome) for outcome in outcomes]
        response: Response[Any] = Response(
            told[0] if len(told) == 1 else {"files": told}, status_code=status, media_type="application/json", headers=VARY
        )
    elif status == 413 and not any(outcome.saved for outcome in outcomes):
        response = errors.answer(request, 413, " ".join(outcome.sentence for outcome in outcomes[:TOLD]))
    elif wants_fragment(request):
        response = await _block(request, place, outcomes, status)
    else:
        response = see_other(request, f"{place.page}#{MEDIA}", *_notices(place, outcomes))
    if unread > READ_BY_SERVER:
        response.headers["Connection"] = "close"
    return response


def wants_json(request: AnyRequest) -> bool:
    """Whether a script asks that reads the answer itself."""
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _as_json(outcome: Outcome) -> dict[str, Any]:
    if outcome.saved is None or outcome.prepared is None:
        return {"name": outcome.name, "problem": outcome.problem}
    return {
        "id": outcome.saved.construct_id,
        "name": outcome.name,
        "kind": outcome.prepared.kind,
        "media_type": outcome.prepared.media_type,
        "digest": outcome.prepared.sha256.hex(),
        "bytes": outcome.prepared.size,
        "needs_alt": outcome.needs_alt,
        "remark": outcome.prepared.recognised.remark,
    }


async def _block(request: AnyRequest, place: Place, outcomes: Sequence[Outcome], status: int) -> Response[Any]:
    async with reading(request) as connection:
        found = await map_for(request, connection, place.found.map.ref, Action.READ)
        notices = _notices(place, outcomes)
        kept = any(outcome.saved for outcome in outcomes)
        return await topic_block(request, found, connection, place.topic.slug, MEDIA, notices=notices, status=200 if kept else status)


def _notices(place: Place, outcomes: Sequence[Outcome]) -> list[Flash]:
    kept = [outcome for outcome in outcomes if outcome.saved is not None and outcome.prepared is not None]
    refused = [outcome for outcome in outcomes if outcome.saved is None]
    notices = []
    if len(kept) == 1 and kept[0].saved is not None:
        notices.append(undoable(place.found, f"Added “{kept[0].short_name}”." if kept[0].name else "Added the file.", kept[0].saved))
    elif kept:
        notices.append(Flash(f"Added {len(kept)} files."))
    remarked = [outcome for outcome in kept if outcome.prepared is not None and outcome.prepared.recognised.remark]
    notices += [Flash(_remark(outcome), "info") for outcome in remarked[:_REMARKS]]
    notices += [Flash(outcome.sentence[:200], "error") for outcome in refused[:TOLD]]
    if len(refused) > TOLD:
        notices.append(Flash(f"{len(refused) - TOLD} more files were not kept for such reasons.", "error"))
    return notices


def _remark(outcome: Outcome) -> str:
    assert outcome.prepared is not None
    return f"“{outcome.short_name}” was kept as a file. {outcome.prepared.recognised.remark}"[:200]
