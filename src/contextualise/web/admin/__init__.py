"""Looking after the site: its people, its published maps, readers' reports, the log."""

from litestar.types import ControllerRouterHandler

from contextualise.web.admin import log, mail, maps, people, reports

ROUTES: list[ControllerRouterHandler] = [*people.ROUTES, *maps.ROUTES, *reports.ROUTES, *log.ROUTES, *mail.ROUTES]
