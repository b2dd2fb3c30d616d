"""Share links: making and revoking them, and opening one."""

from litestar.types import ControllerRouterHandler

from contextualise.web.share_links import managing, opening

ROUTES: list[ControllerRouterHandler] = [*managing.ROUTES, *opening.ROUTES]
