"""What the pages about maps show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contextualise.domain.maps import KEPT, Front, FrontType, MapCard
from contextualise.web.shared.templates import show_number

_MODES = {"view": "Can view", "comment": "Can comment", "edit": "Can edit"}
Badge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    """A map in a list."""

    ref: str
    title: str
    url: str
    description: str
    accent: str
    image_url: str | None
    number: int
    note: str
    badges: Sequence[Badge]
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class HomePage:
    """The home page: one's own maps first, then published ones."""

    own: Sequence[Card]
    published: Sequence[Card]
    search: str
    previous: str | None
    next: str | None
    is_set_up: bool

    @property
    def is_beginning(self) -> bool:
        """Whether this is the home page as one first sees it, neither searched nor turned."""
        return not self.search and self.previous is None


@dataclass(frozen=True, slots=True)
class MapsPage:
    """One of the lists of a person's maps: own, shared, trash."""

    shown: str
    cards: Sequence[Card]
    search: str
    previous: str | None
    next: str | None
    invitations: int = 0  # that wait for the person


@dataclass(frozen=True, slots=True)
class MapFormPage:
    """The form for a new map or for what a map says about itself."""

    action: str
    back: str
    title: str = ""
    description: str = ""
    default_lang: str = "en"
    accent: str = "blue"
    is_published: bool = False
    image_url: str | None = None
    languages: Sequence[tuple[str, str]] = ()
    image_limit: int = 0
    people: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The front page of a map."""

    front: Front
    text_html: str | None
    image_url: str | None
    is_promoted: bool
    may_promote: bool
    has_connections: bool

    @property
    def is_empty(self) -> bool:
        """Whether the map has no topic yet."""
        return not self.front.recent

    @property
    def types(self) -> Sequence[FrontType]:
        """What the map is about: types that somebody made for it, or all of them where nobody has."""
        return tuple(type_ for type_ in self.front.types if not type_.is_base) or self.front.types

    @property
    def words(self) -> Sequence[FrontType]:
        """The words that the map is written in: its kinds of connections, attributes and the like."""
        return tuple(type_ for type_ in self.front.types if type_.is_base) if self.types != self.front.types else ()


def card_of(found: MapCard, *, with_owner: bool, own: bool = False) -> Card:
    """A map as a list shows it; `own` says that the person asking owns it."""
    topics = "1 topic" if found.topic_count == 1 else f"{show_number(found.topic_count)} topics"
    badges: list[Badge] = []
    if own:
        badges.append(("Published", "success") if found.published_at else ("Private", ""))
    if found.mode:
        badges.append((_MODES[found.mode], "accent"))
    if found.promoted_at and not own:
        badges.append(("Featured", "accent"))
    return Card(
        ref=found.ref,
        title=found.title,
        url=f"/maps/{found.ref}",
        description=found.description,
        accent=found.accent,
        image_url=image_url(found.ref, found.image_sha256, small=True),
        number=found.id,
        note=f"{topics} · {found.owner_name}" if with_owner else topics,
        badges=badges,
        kept_until=found.trashed_at + KEPT if found.trashed_at else None,
    )


def image_url(ref: str, sha256: bytes | None, *, small: bool = False) -> str | None:
    """The address of a map's image; it changes with the image, so that browsers may keep what they have."""
    return None if sha256 is None else f"/maps/{ref}/image?{'size=small&' if small else ''}v={sha256.hex()[:12]}"
