"""Taking everything along, and deleting one's account."""

from collections.abc import Mapping

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain import accounts, leaving
from contextualise.domain.accounts import Viewer
from contextualise.domain.errors import Conflict, Invalid, TooMany
from contextualise.domain.leaving import MOST_MAPS
from contextualise.domain.maps import map_ref
from contextualise.lib.dispositions import content_disposition
from contextualise.web.forms.accounts import LeavingForm
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.accounts import LeavingPage, OwnMapItem
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, reading, require_viewer
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import FORM_BYTES, browser_of, renew_cookie

_READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/account/deletion", http_method=_READ)
async def deletion_form(request: AnyRequest) -> Response[str]:
    """What goes, what stays, and who gets which map."""
    async with reading(request) as connection:
        page = await _page(request, connection, await require_viewer(request, connection))
    return show(request, "accounts/deletion.html", page)


@route("/account/deletion", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def delete(request: AnyRequest) -> Response[str]:
    """Delete the account and sign this browser out."""
    form, parts = LeavingForm.read(await read_posted(request)), parts_of(request)
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
    try:
        await leaving.leave(parts.database, parts.mailer, viewer, password=form.password, heirs=form.heirs)
    except Invalid as error:
        return await _refused(request, form, error.fields, 422)
    except Conflict as error:
        return await _refused(request, form, {"": str(error)}, 409)
    except TooMany as error:
        return await _refused(request, form, {"": str(error)}, 429, {"Retry-After": str(error.retry_after)})
    return renew_cookie(request, see_other(request, "/", Flash("Your account is deleted. Goodbye!", "info")), "")


@route("/account/export.zip", http_method=_READ)
async def export(request: AnyRequest) -> Response[str] | Stream:
    """Everything of the person's in one archive, sent while it is made."""
    parts = parts_of(request)
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
    headers = {
        "Content-Disposition": content_disposition("contextualise-account.zip", inline=False),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if request.method == HttpMethod.HEAD:
        return Response("", media_type="application/zip", headers=headers)
    await accounts.take_export(parts.database, browser_of(request).address)
    return Stream(leaving.gather(parts.database, parts.objects, viewer.id), media_type="application/zip", headers=headers)


async def _refused(
    request: AnyRequest, form: LeavingForm, errors: Mapping[str, str], status: int, headers: Mapping[str, str] | None = None
) -> Response[str]:
    async with reading(request) as connection:
        page = await _page(request, connection, await require_viewer(request, connection), form.heirs, errors)
    return show(request, "accounts/deletion.html", page, status=status, headers=headers)


async def _page(
    request: AnyRequest,
    connection: AsyncConnection,
    viewer: Viewer,
    heirs: Mapping[int, int] | None = None,
    errors: Mapping[str, str] | None = None,
) -> LeavingPage:
    own = await leaving.find_own_maps(connection, viewer.id)
    items = [
        OwnMapItem(
            id=found.id,
            title=found.title,
            url=None if found.trashed_at else f"/maps/{map_ref(found.id, found.title)}",
            topic_count=found.topic_count,
            is_published=found.published_at is not None,
            members=found.members,
            heir=(heirs or {}).get(found.id),
        )
        for found in own[:MOST_MAPS]
    ]
    return LeavingPage(viewer.email, items, has_more=len(own) > MOST_MAPS, sends_mail=parts_of(request).mailer.is_on, errors=errors or {})


ROUTES = [deletion_form, delete, export]
