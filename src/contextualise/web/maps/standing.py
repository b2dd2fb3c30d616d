"""Where a map stands: published, shown first, in the trash. Each change is a thing of its own that can be taken back."""

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import maps
from contextualise.domain.access import Action
from contextualise.domain.accounts import require_confirmed
from contextualise.domain.notices import notify
from contextualise.web.forms.posted import read_posted
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import own_path, see_other
from contextualise.web.shared.requests import AnyRequest, map_for, require_admin, writing
from contextualise.web.shared.state import parts_of

_FORM_BYTES = 10_000


@route("/maps/{ref:str}/publication", http_method=HttpMethod.POST, status_code=303, request_max_body_size=_FORM_BYTES)
async def publication(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Let everybody read the map, or with `published=0` only its owner and collaborators."""
    published, target = await _wanted(request, "published")
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.MANAGE)
        assert found.viewer is not None
        if published:
            await require_confirmed(session, parts_of(request).mailer, found.viewer.id)
        change = maps.publish_map if published else maps.unpublish_map
        done = await change(session, found.map.id, found.viewer.id)
        if done is not None and not published:
            await notify(session, user_id=found.map.owner_id, kind="unpublished", map_id=found.map.id, by_user_id=found.viewer.id)
    text = "Everyone can read this map now." if published else "This map is private now."
    undo = f"/maps/{found.map.ref}/publication?published={int(not published)}"
    return see_other(request, target or f"/maps/{found.map.ref}", Flash(text, undo_url=undo))


@route("/maps/{ref:str}/promotion", http_method=HttpMethod.POST, status_code=303, request_max_body_size=_FORM_BYTES)
async def promotion(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Show the map first on the home page, or with `promoted=0` among the others; for administrators."""
    promoted, target = await _wanted(request, "promoted")
    async with writing(request) as session:
        viewer = await require_admin(request, session)
        found = await map_for(request, session, ref, Action.MANAGE)
        change = maps.promote_map if promoted else maps.demote_map
        await change(session, found.map.id, viewer.id)
    text = "The home page shows this map first." if promoted else "The home page shows this map among the others."
    undo = f"/maps/{found.map.ref}/promotion?promoted={int(not promoted)}"
    return see_other(request, target or f"/maps/{found.map.ref}", Flash(text, undo_url=undo))


@route("/maps/{ref:str}/trashing", http_method=HttpMethod.POST, status_code=303, request_max_body_size=_FORM_BYTES)
async def trashing(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Put the map in the trash at once; the message offers to take that back."""
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.MANAGE)
        assert found.viewer is not None
        await maps.trash_map(session, found.map.id, found.viewer.id)
    return see_other(request, "/maps", Flash(f"“{found.map.title}” is in the trash.", undo_url=f"/maps/{found.map.ref}/restoration"))


@route("/maps/{ref:str}/restoration", http_method=HttpMethod.POST, status_code=303, request_max_body_size=_FORM_BYTES)
async def restoration(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Bring the map back from the trash and go to it."""
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.RESTORE)
        assert found.viewer is not None
        await maps.restore_map(session, found.map.id, found.viewer.id)
    return see_other(request, f"/maps/{found.map.ref}", Flash(f"“{found.map.title}” is back."))


async def _wanted(request: AnyRequest, name: str) -> tuple[bool, str]:
    """What the form asks for, or the address where an undo button has no fields: yes unless it says 0; and where to go on to."""
    posted = await read_posted(request)
    return (posted.text(name) or request.query_params.get(name, "1")) != "0", own_path(posted.text("next"), "")


ROUTES = [publication, promotion, trashing, restoration]
