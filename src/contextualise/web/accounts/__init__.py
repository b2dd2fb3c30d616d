"""One's own account: name, password, address, browsers signed in, invitations, and its end."""

from contextualise.web.accounts import addresses, leaving, own, recovery
from contextualise.web.accounts.own import keep_session

__all__ = ["ROUTES", "keep_session"]

ROUTES = [*own.ROUTES, *addresses.ROUTES, *recovery.ROUTES, *leaving.ROUTES]
