"""The list of keyboard shortcuts, and the switch that turns those of single characters off (WCAG 2.2, 2.1.4)."""

from typing import Any

from litestar import Response, route
from litestar.datastructures import Cookie
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.actions import actions_of
from contextualise.web.pages.shortcuts import COOKIE, shortcuts_page
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import MapHeader, own_path, page_context, see_other, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading, viewer_of
from contextualise.web.shared.state import parts_of

READ = [HttpMethod.GET, HttpMethod.HEAD]
FORM_BYTES = 10_000
YEAR = 365 * 24 * 3600


@route("/shortcuts", http_method=READ)
async def shortcuts(request: AnyRequest) -> Response[Any]:
    """The keys that work everywhere."""
    async with reading(request) as connection:
        await viewer_of(request, connection)
    return _show(request)


@route("/maps/{ref:str}/shortcuts", http_method=READ)
async def shortcuts_of_map(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The keys that work in a map, for what this reader may do there."""
    async with reading(request) as connection:
        await map_for(request, connection, ref, Action.READ)
    return _show(request)


@route("/shortcuts", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def switch_shortcuts(request: AnyRequest) -> Response[str]:
    """Turn shortcuts of single characters on or off in this browser."""
    posted = await read_posted(request)
    choice = posted.text("shortcuts")
    told = "Shortcuts of single keys are off." if choice == "off" else "Shortcuts of single keys are on."
    response = see_other(request, own_path(posted.text("next"), "/shortcuts"), Flash(told))
    if choice in ("on", "off"):
        # Scripts read it, so it is no secret from them.
        secure = parts_of(request).is_secure
        response.set_cookie(Cookie(key=COOKIE, value=choice, max_age=YEAR, samesite="lax", secure=secure, path="/"))
    return response


def _show(request: AnyRequest) -> Response[Any]:
    context = page_context(request)
    header: MapHeader | None = context["current_map"]
    actions = actions_of(context["viewer"], header, theme=context["theme"], back="/")
    page = shortcuts_page(actions, is_on=request.cookies.get(COOKIE) != "off", url=f"{header.url if header else ''}/shortcuts")
    template = "shortcuts/show.html" if header else "shortcuts/any.html"
    return show(request, template, page, block="shortcut_list")


ROUTES = [shortcuts, shortcuts_of_map, switch_shortcuts]
