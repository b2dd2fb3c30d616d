"""The kinds of notices: what each says, where it leads, who may still see it, and whether a mail tells it too.

A sentence names `{by}` (who did it), `{map}` (its title now) and whatever the notice's detail holds; a path may also name `{ref}` (the
map's name in addresses) and `{comment}`. What a notice lacks reads as nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Needs = Literal["nothing", "map", "talk", "owner", "admin"]
AT_ONCE = timedelta()
IN_TALK = timedelta(minutes=10)
"""How long a mail about comments waits for further ones: those of a conversation come together."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice; `needs` is what its reader must be allowed still: to read the map, to read its comments, to own it."""

    sentence: str
    path: str
    icon: str
    needs: Needs
    mails: bool = True
    wait: timedelta = AT_ONCE


_THREAD = "/maps/{ref}/comments/{comment}#comment-{comment}"

KINDS: Mapping[str, Kind] = {
    "mention": Kind("{by} mentioned you in a comment on {about}, in {map}", _THREAD, "at-sign", "talk", wait=IN_TALK),
    "reply": Kind("{by} answered in the comments on {about}, in {map}", _THREAD, "message-square", "talk", wait=IN_TALK),
    "comment": Kind("{by} commented on {about}, in {map}", _THREAD, "message-square", "talk", wait=IN_TALK),
    "resolved": Kind("{by} resolved your comment on {about}, in {map}", _THREAD, "circle-check", "talk", mails=False),
    # What is done with maps and their people; a mail of its own tells of an invitation.
    "invited": Kind("{by} invites you to the map “{title}”: you may {may}", "/maps/joining", "user-plus", "nothing", mails=False),
    "offered": Kind("{by} asks you to own the map “{title}” from now on", "/maps/joining", "library", "nothing"),
    "role": Kind("{by} changed your part in {map}: you may {may} now", "/maps/{ref}", "users", "map"),
    "removed": Kind("{by} does not share the map “{title}” with you any more", "", "users", "nothing"),
    "handed": Kind("{by} made you the owner of {map}", "/maps/{ref}", "library", "owner"),
    "taken": Kind("{by} owns {map} now, as you offered; you may edit it", "/maps/{ref}", "library", "map"),
    "joined": Kind("{by} accepted your invitation to {map}", "/maps/{ref}/people", "user-plus", "map", mails=False),
    "left": Kind("{by} left the map {map}", "/maps/{ref}/people", "users", "owner", mails=False),
    "unpublished": Kind("An administrator made {map} private{words}", "/maps/{ref}", "lock", "owner"),
    "outcome": Kind("Your report of the map “{title}” was looked at: {outcome}", "", "flag", "nothing"),
    "report": Kind("A reader reported the map {map}", "/admin/reports", "triangle-alert", "admin"),
}
