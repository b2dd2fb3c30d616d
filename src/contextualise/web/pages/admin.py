"""What the pages for administrators show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from contextualise.domain.accounts import PersonRow
from contextualise.domain.audit import GROUPS, Asked, AuditRow, describe
from contextualise.domain.reports import REASONS, PublishedRow, ReportRow
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
    sends_mail: bool
    link: FreshLink | None = None
    email: str = ""
    makes_admin: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """The published maps."""

    maps: Sequence[PublishedRow]
    search: str
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A reader's report; `page_url` is where it was made, the map itself where that is not known."""

    url: str
    title: str
    map_url: str
    page_url: str
    owner: str
    reason: str
    words: str
    who: str
    at: datetime
    is_published: bool
    is_trashed: bool
    handled_at: datetime | None
    handler: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """The reports that wait, or those that were decided."""

    lines: Sequence[ReportLine]
    handled: bool
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One report and what was filled in about it."""

    line: ReportLine
    way: str = ""
    words: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the log, with the addresses that narrow it down to the same person or map."""

    at: datetime
    who: str
    who_url: str
    what: str
    map_title: str
    map_url: str
    detail: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """The log as it was asked for."""

    lines: Sequence[LogLine]
    asked: Asked
    kept: Mapping[str, str]
    previous: str | None
    next: str | None

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        """The kinds that can be asked for."""
        return [("", "Everything"), *((key, name) for key, (name, _) in GROUPS.items())]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return any(self.kept.values())

    @property
    def file_url(self) -> str:
        """The same lines as a table to keep."""
        fields = {name: value for name, value in self.kept.items() if value}
        return "/admin/audit.csv" + (f"?{urlencode(fields)}" if fields else "")


def report_line(row: ReportRow) -> ReportLine:
    """A report as administrators see it."""
    map_url = f"/maps/{row.map_ref}"
    return ReportLine(
        url=f"/admin/reports/{row.map_id}-{row.id}",
        title=row.map_title,
        map_url=map_url,
        page_url=row.address or map_url,
        owner=row.owner_name,
        reason=REASONS.get(row.reason, row.reason),
        words=row.body,
        who=row.user_name or row.email or "A reader",
        at=row.created_at,
        is_published=row.is_published,
        is_trashed=row.is_trashed,
        handled_at=row.handled_at,
        handler=row.handler or "somebody who left",
        outcome=row.outcome,
    )


def log_line(row: AuditRow) -> LogLine:
    """A line of the log as administrators see it."""
    detail = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in row.detail.items() if value not in (None, ""))
    return LogLine(
        at=row.at,
        who=row.user_name or "Somebody at the server",
        who_url=f"/admin/audit?person={row.user_id}" if row.user_id is not None else "",
        what=describe(row),
        map_title=row.map_title or (f"Map {row.map_id}" if row.map_id is not None else ""),
        map_url=f"/admin/audit?map={row.map_id}" if row.map_id is not None else "",
        detail=detail,
    )
