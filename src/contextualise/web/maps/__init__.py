"""Maps: lists of one's own, the front page, making, settings, publishing, the trash."""

from litestar.types import ControllerRouterHandler

from contextualise.web.maps import editing, lists, showing, standing

ROUTES: list[ControllerRouterHandler] = [*lists.ROUTES, *editing.ROUTES, *showing.ROUTES, *standing.ROUTES]
