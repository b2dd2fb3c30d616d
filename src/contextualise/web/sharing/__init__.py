"""The people of a map: who they are, inviting, accepting, leaving, ownership, and the log of all that."""

from litestar.types import ControllerRouterHandler

from contextualise.web.sharing import inviting, joining, people

ROUTES: list[ControllerRouterHandler] = [*people.ROUTES, *inviting.ROUTES, *joining.ROUTES]
