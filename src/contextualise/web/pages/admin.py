"""What the page about the people of the site shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contextualise.domain.accounts import PersonRow
from contextualise.web.pages.accounts import FreshLink


@dataclass(frozen=True, slots=True)
class InvitationItem:
    """An invitation that nobody has used yet."""

    reference: str
    email: str | None
    makes_admin: bool
    made_by: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """People, invitations, and the form for another one; `previous` and `next` are addresses of pages."""

    people: Sequence[PersonRow]
    invitations: Sequence[InvitationItem]
    search: str
    previous: str | None
    next: str | None
    own_id: int
    link: FreshLink | None = None
    email: str = ""
    makes_admin: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
