"""What the pages of share links show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from contextualise.domain.share_links import LinkRow, Subject, UseRow, token_of
from contextualise.web.forms.share_links import ENDS, ShareForm
from contextualise.web.pages.paths import path_url
from contextualise.web.pages.topics.links import Link, encoded


@dataclass(frozen=True, slots=True)
class LinkItem:
    """One share link; without a `url` its secret cannot be told again, because the server's key is another one now."""

    id: int
    title: str
    kind: str
    opens: Link | None  # None when the topic is gone
    url: str
    made_by: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    is_good: bool
    openings: int
    readers: int
    used_at: datetime | None
    page_url: str

    @property
    def last_day(self) -> date | None:
        """The day on which it ends; one that ends at midnight has the day before as its last."""
        return (self.expires_at - timedelta(seconds=1)).date() if self.expires_at else None

    @property
    def revocation_url(self) -> str:
        """Where a POST ends it."""
        return f"{self.page_url}/revocation"


@dataclass(frozen=True, slots=True)
class ShareLinksPage:
    """The links of a map, and the form for another."""

    action: str
    back: Link
    links: Sequence[LinkItem]
    ended: bool
    previous: str | None
    next: str | None
    values: ShareForm
    subject: Subject | None
    errors: Mapping[str, str] = field(default_factory=dict)
    fresh: str = ""  # the address of the link just made

    @property
    def tabs(self) -> Sequence[tuple[str, str, bool, None]]:
        """The two lists."""
        return (("In use", self.action, not self.ended, None), ("Ended", f"{self.action}?show=ended", self.ended, None))

    @property
    def whats(self) -> Sequence[tuple[str, str, str]]:
        """What can be chosen to be opened."""
        whole = ("map", "The whole map", "Everything that is in it now and later; not its history, and not who works on it.")
        if self.subject is None:
            return (whole,)
        topic = (
            "topic",
            f"The topic “{self.subject.label}” alone",
            "Its page with pictures and files. What it is connected to is named, no more.",
        )
        path = ("path", f"The path “{self.subject.label}”", "The pages of its topics, with a next and a previous. All else stays closed.")
        return (path, topic, whole) if self.subject.is_path else (topic, whole)

    @property
    def ends(self) -> Sequence[tuple[str, str]]:
        """When a link can end."""
        return ENDS


@dataclass(frozen=True, slots=True)
class ShareLinkPage:
    """One link and its uses."""

    link: LinkItem
    back: str
    uses: Sequence[UseRow]
    previous: str | None
    next: str | None


def link_item(row: LinkRow, *, map_id: int, map_url: str, origin: str, key: bytes) -> LinkItem:
    """A link for those who manage the map."""
    token = token_of(key, map_id, row.nonce)
    return LinkItem(
        id=row.id,
        title=row.label or f"Link {row.id}",
        kind=row.kind,
        opens=_opens(row, map_url),
        url=f"{origin}/s/{token.text}" if row.is_good and token.digest == row.token_hash else "",
        made_by=row.made_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        is_good=row.is_good,
        openings=row.openings,
        readers=row.readers,
        used_at=row.used_at,
        page_url=f"{map_url}/share-links/{row.id}",
    )


def _opens(row: LinkRow, map_url: str) -> Link | None:
    if row.kind == "map":
        return Link("the whole map", map_url)
    if row.slug is None:
        return None
    url = path_url(map_url, row.slug) if row.kind == "path" else f"{map_url}/topics/{encoded(row.slug)}"
    return Link(row.topic or "", url)
