"""What the pages about the people of a map show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contextualise.domain.audit import AuditRow, describe
from contextualise.domain.sharing import LABELS, MAY, OWN, InvitationRow, LinkMaker, MemberRow, link_to_show


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody who works on the map; `note` tells those who manage the map how the person came to it."""

    user_id: int
    name: str
    mode: str
    since: datetime
    note: str
    is_you: bool
    is_disabled: bool

    @property
    def label(self) -> str:
        """What the person may do, in two words."""
        return LABELS[self.mode]


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation that nobody has accepted; `link` is there where it may be copied."""

    id: int
    email: str
    label: str
    may: str
    by: str
    created_at: datetime
    expires_at: datetime
    is_expired: bool
    is_offer: bool
    link: str | None


@dataclass(frozen=True, slots=True)
class InviteForm:
    """What is typed into the form that invites."""

    emails: str = ""
    mode: str = "edit"
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Who works on a map, and for those who manage it the invitations that wait."""

    url: str
    owner: str
    owner_is_you: bool
    members: Sequence[MemberLine]
    search: str
    previous: str | None
    next: str | None
    count: int
    may_manage: bool
    may_leave: bool
    sends_mail: bool
    invitations: Sequence[InvitationLine] = ()
    has_more_invitations: bool = False
    form: InviteForm = InviteForm()


@dataclass(frozen=True, slots=True)
class InvitedPage:
    """All invitations of a map that nobody has accepted."""

    url: str
    invitations: Sequence[InvitationLine]
    previous: str | None
    next: str | None
    sends_mail: bool


@dataclass(frozen=True, slots=True)
class OfferPage:
    """What is asked before the ownership of a map is offered to somebody."""

    action: str
    back: str
    name: str
    owner: str
    owner_is_you: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class JoinPage:
    """What somebody sees who opens the link of an invitation."""

    action: str
    title: str
    by: str
    may: str
    email: str
    expires_at: datetime
    is_yours: bool  # the address that was invited is that of the account, or nobody is signed in
    is_done: bool
    map_url: str
    sign_in_url: str
    name: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JoiningLine:
    """An invitation that waits for the person who asks."""

    title: str
    by: str
    may: str
    expires_at: datetime
    accept_url: str
    refuse_url: str
    is_offer: bool


@dataclass(frozen=True, slots=True)
class JoiningPage:
    """What waits for the person who asks."""

    invitations: Sequence[JoiningLine]


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the log of access, as the owner of the map reads it."""

    who: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LogPage:
    """What was done about access to one map."""

    url: str
    lines: Sequence[LogLine]
    previous: str | None
    next: str | None


def member_line(row: MemberRow, viewer_id: int | None, *, may_manage: bool) -> MemberLine:
    """A member as a list shows one; addresses are only for those who manage the map."""
    note = f"invited as {row.invited}" if may_manage and row.invited else ""
    return MemberLine(row.user_id, row.name, row.mode, row.added_at, note, row.user_id == viewer_id, row.is_disabled)


def invitation_line(row: InvitationRow, links: LinkMaker, origin: str) -> InvitationLine:
    """An invitation as those see it who manage the map."""
    path = link_to_show(links, row)
    is_offer = row.mode == OWN
    label = "Ownership" if is_offer else LABELS[row.mode]
    by = row.by_name or "somebody who left"
    link = origin + path if path else None
    return InvitationLine(row.id, row.email, label, MAY[row.mode], by, row.created_at, row.expires_at, row.is_expired, is_offer, link)


def joining_line(row: InvitationRow) -> JoiningLine:
    """An invitation as the person sees it who is invited."""
    url = f"/maps/joining/{row.map_id}-{row.id}"
    by = row.by_name or "Somebody who left"
    return JoiningLine(row.map_title, by, MAY[row.mode], row.expires_at, f"{url}/acceptance", f"{url}/refusal", row.mode == OWN)


def log_line(row: AuditRow) -> LogLine:
    """A line of the log of a map."""
    return LogLine(row.user_name or "Somebody at the server", describe(row), row.at)
