"""Who reads what is said about a map, and who may do what with it.

Comments are the talk of those who work on a map. A reader of a published map who is none of them, and a guest of a share link, see
nothing of it. Each right is decided from `domain.access`.
"""

from contextualise.domain.access import Action, Standing, may


def may_read(standing: Standing) -> bool:
    """Whether the person sees comments: members, the owner, and administrators, who look after the site."""
    return may(standing, Action.DISCUSS)


def may_write(standing: Standing) -> bool:
    """Whether the person may comment."""
    return may(standing, Action.COMMENT)


def may_change(standing: Standing, written_by: int | None) -> bool:
    """Whether the person may write a comment anew: whoever wrote it, as long as they may comment."""
    return may_write(standing) and written_by is not None and written_by == standing.user_id


def may_remove(standing: Standing, written_by: int | None) -> bool:
    """Whether the person may take a comment away: whoever wrote it, and whoever looks after the map."""
    return may_read(standing) and (may(standing, Action.MANAGE) or (written_by is not None and written_by == standing.user_id))


def may_resolve(standing: Standing, begun_by: int | None) -> bool:
    """Whether the person may settle a thread or open it again: whoever began it, and all who edit the map."""
    return may(standing, Action.EDIT) or may_change(standing, begun_by)
