"""Who may do what with a map: the one table that pages, fragments, files and commands ask."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from contextualise.domain.errors import NotAllowed, NotFound


class Role(StrEnum):
    """What a person is to a map."""

    STRANGER = "stranger"
    GUEST = "guest by a share link"
    READER = "reader of a published map"
    VIEWER = "viewer"
    COMMENTER = "commenter"
    EDITOR = "editor"
    OWNER = "owner"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be done with a map."""

    READ = "read"
    FOLLOW = "follow"  # who did what, and when
    DISCUSS = "discuss"  # what members have among themselves: comments, the list of members, who is here
    COMMENT = "comment"
    EDIT = "edit"
    MANAGE = "manage"  # title, description, publishing, trash and deletion of the map itself
    RESTORE = "restore"  # bring a deleted map back


_READERS = frozenset(Role) - {Role.STRANGER}
_MEMBERS = frozenset({Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER, Role.ADMIN})
_EDITORS = frozenset({Role.EDITOR, Role.OWNER})

# An administrator looks after the server, not after other people's words: such a person reads and manages, but does not edit.
ALLOWED: dict[Action, frozenset[Role]] = {
    Action.READ: _READERS,
    Action.FOLLOW: _READERS - {Role.GUEST},
    Action.DISCUSS: _MEMBERS,
    Action.COMMENT: frozenset({Role.COMMENTER, Role.EDITOR, Role.OWNER}),
    Action.EDIT: _EDITORS,
    Action.MANAGE: frozenset({Role.OWNER, Role.ADMIN}),
    Action.RESTORE: frozenset({Role.OWNER, Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """A part of a map: some topics, by number and address, and those of them that are knowledge paths to be read along."""

    topics: tuple[tuple[int, str], ...]
    paths: tuple[int, ...] = ()

    def has(self, topic_id: int) -> bool:
        """Whether the topic is in it."""
        return any(topic_id == number for number, _ in self.topics)

    def has_slug(self, slug: str) -> bool:
        """Whether the topic with this address is in it."""
        return any(slug == address for _, address in self.topics)

    def has_path(self, slug: str) -> bool:
        """Whether the path whose topic has this address is in it."""
        return any(slug == address and number in self.paths for number, address in self.topics)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a reader's share links open, and which of them says so: the one that lasts longest."""

    reach: Reach | None  # None: the whole map
    by: str | None  # the name of who made it
    until: datetime | None

    @property
    def last_day(self) -> date | None:
        """The day on which the link ends; one that ends at midnight has the day before as its last."""
        return (self.until - timedelta(seconds=1)).date() if self.until else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about access to one map."""

    user_id: int | None
    is_admin: bool
    is_owner: bool
    mode: str | None  # the mode of a collaborator: view, comment, edit
    is_published: bool
    is_trashed: bool
    link: Opened | None = None  # only for somebody who may not read the map otherwise

    @property
    def reach(self) -> Reach | None:
        """The part of the map that is open to this reader; None for all of it."""
        return self.link.reach if self.link else None

    def reaches(self, topic_id: int) -> bool:
        """Whether the topic is open to this reader, who may read the map or the part of it."""
        return self.reach is None or self.reach.has(topic_id)


def role_of(standing: Standing) -> Role:
    """The role a person has on a map: the strongest of all that apply."""
    if standing.is_owner:
        return Role.OWNER
    if standing.is_admin:
        return Role.ADMIN
    if standing.mode is not None:
        return {"view": Role.VIEWER, "comment": Role.COMMENTER, "edit": Role.EDITOR}[standing.mode]
    if standing.is_published:
        return Role.READER
    return Role.GUEST if standing.link else Role.STRANGER


def may(standing: Standing, action: Action) -> bool:
    """Whether the action is open to the person."""
    if standing.is_trashed:
        return action is Action.RESTORE and role_of(standing) in ALLOWED[action]
    return role_of(standing) in ALLOWED[action]


PRIVATE = "There is no such map, or it is private."


def require(standing: Standing, action: Action, *, within_reach: bool = False) -> None:
    """Raise `NotFound` for what the person may not see and `NotAllowed` for what the person may not do.

    A reader to whom only a part of the map is open sees nothing that does not say that it keeps `within_reach`.
    """
    if standing.reach is not None and not within_reach:
        raise NotFound(PRIVATE)
    if may(standing, action):
        return
    if standing.is_trashed or not may(standing, Action.READ):
        raise NotFound(PRIVATE)
    if role_of(standing) is Role.GUEST:
        raise NotAllowed("Your link lets you read this; that does not allow more.")
    raise NotAllowed(f"Your role on this map is {role_of(standing).value}; that does not allow this.")
