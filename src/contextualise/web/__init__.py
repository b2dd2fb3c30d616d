"""Every route of the application, one module of handlers per feature."""

from litestar.types import ControllerRouterHandler

from contextualise.web import health, importing, static
from contextualise.web.topics import showing

ROUTES: list[ControllerRouterHandler] = [
    health.alive,
    health.ready,
    static.static_file,
    static.well_known,
    *importing.ROUTES,
    *showing.ROUTES,
]
