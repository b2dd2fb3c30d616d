"""Who may do what with a map: the one table that pages, fragments, files and commands ask."""

from dataclasses import dataclass
from enum import StrEnum

from contextualise.domain.errors import NotAllowed, NotFound


class Role(StrEnum):
    """What a person is to a map."""

    STRANGER = "stranger"
    VIEWER = "viewer"
    COMMENTER = "commenter"
    EDITOR = "editor"
    OWNER = "owner"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be done with a map."""

    READ = "read"
    COMMENT = "comment"
    EDIT = "edit"
    MANAGE = "manage"  # title, description, publishing, trash and deletion of the map itself
    RESTORE = "restore"  # bring a deleted map back


_READERS = frozenset(Role) - {Role.STRANGER}
_EDITORS = frozenset({Role.EDITOR, Role.OWNER})

# An administrator looks after the server, not after other people's words: such a person reads and manages, but does not edit.
ALLOWED: dict[Action, frozenset[Role]] = {
    Action.READ: _READERS,
    Action.COMMENT: frozenset({Role.COMMENTER, Role.EDITOR, Role.OWNER}),
    Action.EDIT: _EDITORS,
    Action.MANAGE: frozenset({Role.OWNER, Role.ADMIN}),
    Action.RESTORE: frozenset({Role.OWNER, Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about access to one map."""

    user_id: int | None
    is_admin: bool
    is_owner: bool
    mode: str | None  # the mode of a collaborator: view, comment, edit
    is_published: bool
    is_trashed: bool


def role_of(standing: Standing) -> Role:
    """The role a person has on a map; a published map makes a viewer of everybody."""
    if standing.is_owner:
        return Role.OWNER
    if standing.is_admin:
        return Role.ADMIN
    if standing.mode is not None:
        return {"view": Role.VIEWER, "comment": Role.COMMENTER, "edit": Role.EDITOR}[standing.mode]
    return Role.VIEWER if standing.is_published else Role.STRANGER


def may(standing: Standing, action: Action) -> bool:
    """Whether the action is open to the person."""
    if standing.is_trashed:
        return action is Action.RESTORE and role_of(standing) in ALLOWED[action]
    return role_of(standing) in ALLOWED[action]


def require(standing: Standing, action: Action) -> None:
    """Raise `NotFound` for what the person may not see and `NotAllowed` for what the person may not do."""
    if may(standing, action):
        return
    if standing.is_trashed or not may(standing, Action.READ):
        raise NotFound("There is no such map, or it is private.")
    raise NotAllowed(f"Your role on this map is {role_of(standing).value}; that does not allow this.")
