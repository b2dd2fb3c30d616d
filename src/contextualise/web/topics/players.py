"""Pages that play one thing: a 3D scene with a script that needs more than other pages may, or a film in the player of its site.

The topic's page shows them in a frame. So it may go on having the strict policy of all pages: what a scene's script or a film's site needs
is granted here alone, where nothing else can use it (see docs/decisions).
"""

from typing import Any
from urllib.parse import quote

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import Action, may
from contextualise.domain.drafts import Candidate, OccurrenceDraft, home_of, occurrence_draft
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import OpenMap
from contextualise.lib.films import film_of
from contextualise.lib.kinds import SCENES
from contextualise.web.forms.files import MEDIA_TYPES
from contextualise.web.pages.players import PlayerPage
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.shared.fragments import show
from contextualise.web.shared.reach import keep_within
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.security import policy

# Of the one style sheet that model-viewer writes into its shadow; a newer version has another, and the tests see it refused.
SCENE_STYLE = "'sha256-PXtZZkJMMyc18o/DN1ZEFOJ2qEGq95IQbVaJFMOXOb0='"
MISSING = "There is nothing to play here any more."


@route("/maps/{ref:str}/players/{occurrence_id:int}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_player(request: AnyRequest, ref: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """The page of a scene, or of a film on a site that is known to play inside other pages."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ, within_reach=True)
        home = await home_of(connection, found.map.id, occurrence_id) if found.standing.reach else None
        keep_within(request, is_open=found.standing.reach is None or (home is not None and found.standing.reaches(home.id)))
        draft, topic = await _find(connection, found, occurrence_id)
    if draft.datatype.removeprefix(MEDIA_TYPES) in SCENES and draft.sha256 is not None:
        return _scene(request, found, draft, topic)
    film = film_of(draft.value) if draft.sha256 is None else None
    if film is None or not film.player:
        raise NotFound(MISSING)
    page = PlayerPage(draft.title or f"A film on {film.provider}", film.player, draft.alt or "", _url(found, topic), topic.label)
    return show(request, "players/film.html", page, headers={"Content-Security-Policy": policy(frame_src=[film.origin], embed=True)})


def _scene(request: AnyRequest, found: OpenMap, draft: OccurrenceDraft, topic: Candidate) -> Response[Any]:
    wants_poster = request.query_params.get("poster") == "1" and may(found.standing, Action.EDIT)
    page = PlayerPage(
        title=draft.title or draft.file_name or "3D scene",
        href=Addresses(f"/maps/{found.map.ref}").file(draft.value.removeprefix("sha256:"), draft.file_name or draft.title or "file"),
        alt=draft.alt or "",
        back=_url(found, topic),
        back_to=topic.label,
        poster_url=f"{_url(found, topic)}/files/{draft.id}/poster" if wants_poster else "",
    )
    granted = policy(
        script_src=["'wasm-unsafe-eval'"],  # unpacks compressed scenes; compiles nothing from text
        style_src=[SCENE_STYLE],
        img_src=["blob:"],
        connect_src=["blob:", "data:"],  # pictures and shapes that lie inside the file of a scene
        worker_src=["blob:"],
        embed=True,
    )
    return show(request, "players/scene.html", page, headers={"Content-Security-Policy": granted})


async def _find(connection: AsyncConnection, found: OpenMap, occurrence_id: int) -> tuple[OccurrenceDraft, Candidate]:
    draft = await occurrence_draft(connection, found.map.id, occurrence_id)
    home = await home_of(connection, found.map.id, occurrence_id)
    if home is None:
        raise NotFound(MISSING)
    return draft, home


def _url(found: OpenMap, topic: Candidate) -> str:
    return f"/maps/{found.map.ref}/topics/{quote(topic.slug, safe='')}"


ROUTES = [show_player]
