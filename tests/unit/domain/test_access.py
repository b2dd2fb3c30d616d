"""Who may do what, role by role; what a share link opens and what it leaves closed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contextualise.domain.access import ALLOWED, Action, Opened, Reach, Role, Standing, may, require, role_of
from contextualise.domain.errors import NotAllowed, NotFound

NOBODY = Standing(user_id=None, is_admin=False, is_owner=False, mode=None, is_published=False, is_trashed=False)
WHOLE = Opened(None, "Ada", None)
PART = Opened(Reach(((7, "tosca"), (9, "evenings")), (9,)), "Ada", datetime(2030, 1, 1, tzinfo=UTC))

TABLE = """
          stranger guest reader viewer commenter editor owner admin
read      -        x     x      x      x         x      x     x
follow    -        -     x      x      x         x      x     x
discuss   -        -     -      x      x         x      x     x
comment   -        -     -      -      x         x      x     -
edit      -        -     -      -      -         x      x     -
manage    -        -     -      -      -         -      x     x
restore   -        -     -      -      -         -      x     x
"""


def standings() -> dict[str, Standing]:
    """Somebody of each role."""
    return {
        "stranger": NOBODY,
        "guest": replace(NOBODY, link=WHOLE),
        "reader": replace(NOBODY, is_published=True),
        **{role: replace(NOBODY, mode=mode) for role, mode in (("viewer", "view"), ("commenter", "comment"), ("editor", "edit"))},
        "owner": replace(NOBODY, is_owner=True),
        "admin": replace(NOBODY, is_admin=True),
    }


def cells() -> list[tuple[Action, str, bool]]:
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return [(Action(name), role, sign == "x") for name, *signs in lines for role, sign in zip(head, signs, strict=True)]


@pytest.mark.parametrize(("action", "who", "allowed"), cells())
def test_table(action: Action, who: str, allowed: bool) -> None:
    assert may(standings()[who], action) is allowed


def test_every_action_and_every_role_is_in_the_table() -> None:
    assert {(action, who) for action, who, _ in cells()} == {(action, who) for action in Action for who in standings()}
    assert set(ALLOWED) == set(Action)
    assert [role_of(standing) for standing in standings().values()] == list(Role)


@pytest.mark.parametrize("who", standings())
def test_in_the_trash_nothing_is_there_but_to_restore(who: str) -> None:
    standing = replace(standings()[who], is_trashed=True)
    assert {action for action in Action if may(standing, action)} == ({Action.RESTORE} if who in ("owner", "admin") else set())
    with pytest.raises(NotFound):
        require(standing, Action.READ, within_reach=True)


def test_the_strongest_right_counts() -> None:
    everything = replace(NOBODY, mode="view", is_published=True, link=PART)
    assert role_of(everything) is Role.VIEWER
    assert role_of(replace(everything, is_admin=True)) is Role.ADMIN
    assert role_of(replace(everything, is_admin=True, is_owner=True)) is Role.OWNER


def test_a_part_is_closed_to_what_does_not_say_that_it_keeps_within() -> None:
    guest = replace(NOBODY, link=PART)
    require(guest, Action.READ, within_reach=True)
    for action in Action:
        with pytest.raises(NotFound):
            require(guest, action)
    for action in set(Action) - {Action.READ}:
        with pytest.raises(NotAllowed):
            require(guest, action, within_reach=True)
    require(replace(NOBODY, link=WHOLE), Action.READ)


def test_what_is_within_reach() -> None:
    guest, reach = replace(NOBODY, link=PART), PART.reach
    assert reach is not None
    assert guest.reaches(7) and guest.reaches(9) and not guest.reaches(8)
    assert reach.has_slug("tosca") and not reach.has_slug("Tosca") and not reach.has_slug("")
    assert reach.has_path("evenings") and not reach.has_path("tosca")
    assert replace(NOBODY, link=WHOLE).reaches(8)
