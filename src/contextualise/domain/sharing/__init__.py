"""Who works on a map: members, invitations, ownership."""

from contextualise.domain.sharing.inviting import (
    DAYS,
    Host,
    find_offer,
    invitation_limits,
    invite,
    link_to_show,
    list_waiting,
    offer_ownership,
    renew,
    renewal_limits,
    withdraw,
)
from contextualise.domain.sharing.joining import (
    Joined,
    accept_by_token,
    accept_listed,
    count_for,
    decline_by_token,
    decline_listed,
    find_by_token,
    join_with_account,
    list_for,
)
from contextualise.domain.sharing.members import (
    change_mode,
    count_members,
    find_owned,
    leave_map,
    list_members,
    name_of_member,
    remove_member,
    require_owned,
    tell_of_undo,
)
from contextualise.domain.sharing.modes import LABELS, MAY, MODES, OWN
from contextualise.domain.sharing.owning import hand_over
from contextualise.domain.sharing.tokens import LinkMaker
from contextualise.repository.invitations import InvitationRow, forget_invitations
from contextualise.repository.members import MemberRow, Owned

__all__ = [
    "DAYS",
    "LABELS",
    "MAY",
    "MODES",
    "OWN",
    "Host",
    "InvitationRow",
    "Joined",
    "LinkMaker",
    "MemberRow",
    "Owned",
    "accept_by_token",
    "accept_listed",
    "change_mode",
    "count_for",
    "count_members",
    "decline_by_token",
    "decline_listed",
    "find_by_token",
    "find_offer",
    "find_owned",
    "forget_invitations",
    "hand_over",
    "invitation_limits",
    "invite",
    "join_with_account",
    "leave_map",
    "link_to_show",
    "list_for",
    "list_members",
    "list_waiting",
    "name_of_member",
    "offer_ownership",
    "remove_member",
    "renew",
    "renewal_limits",
    "require_owned",
    "tell_of_undo",
    "withdraw",
]
