"""What all pages of comments begin with: the map for somebody who may read or write comments, and what the address asks for."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.access import Action
from contextualise.domain.comments import Of, State
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import OpenMap
from contextualise.lib.numbers import whole_number
from contextualise.web.shared.requests import AnyRequest, map_for
from contextualise.web.topics.editing import map_to_edit

_STATES: dict[str, State] = {"open": "open", "resolved": "resolved", "all": "all"}
_OF: dict[str, Of] = {"all": "all", "mine": "mine", "mentions": "mentions"}
_BIGGEST = 2**63


@dataclass(frozen=True, slots=True)
class Asked:
    """Which threads, and from where on."""

    state: State
    of: Of
    before: int | None
    after: int | None


def asked_threads(request: AnyRequest) -> Asked:
    """What the address asks for; the plain list for one that somebody has changed by hand."""
    query = request.query_params
    return Asked(
        _STATES.get(query.get("show", ""), "open"),
        _OF.get(query.get("of", ""), "all"),
        whole_number(query.get("before", "")),
        whole_number(query.get("after", "")),
    )


async def map_to_discuss(request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str) -> OpenMap:
    """The map for somebody who may read what is said about it; raises as `map_for`."""
    return await map_for(request, connection, ref, Action.DISCUSS)


async def map_to_comment(request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str) -> OpenMap:
    """The map for somebody who may comment; raises as `map_to_edit`."""
    return await map_to_edit(request, connection, ref, Action.COMMENT)


def number_of(number: int) -> int:
    """The number of a comment or of what it is about; raises `NotFound` for what cannot be one."""
    if not 0 < number < _BIGGEST:
        raise NotFound("There is no such comment.")
    return number
