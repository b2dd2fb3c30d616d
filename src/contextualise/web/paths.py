"""Knowledge paths of a map: all of them, one to read along, and the form that makes or changes one."""

from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.access import Action, may
from contextualise.domain.errors import NotFound
from contextualise.domain.history import Saved
from contextualise.domain.maps import OpenMap
from contextualise.domain.paths import find_path, list_paths, nameless_run, save_path, take_apart
from contextualise.lib.numbers import whole_number
from contextualise.web.forms.paths import PathForm, changes_steps, path_form, read_path_form, resolve_path_form
from contextualise.web.forms.posted import read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.pages.forms import FormPage
from contextualise.web.pages.paths import path_page, path_url, paths_page
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.reach import keep_within
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.topics.editing import Refusal, attempt, map_to_edit, map_url, show_form, undoable
from contextualise.web.topics.making import Maker

READ = [HttpMethod.GET, HttpMethod.HEAD]
TEMPLATE = "paths/form.html"


@route("/maps/{ref:str}/paths", http_method=READ)
async def show_paths(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """All paths of the map, with where they go in circles or divide."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        paths = await list_paths(connection, found.map.id)
    page = paths_page(paths, map_url(found), may_edit=may(found.standing, Action.EDIT))
    return show(request, "paths/index.html", page, headers=validators(etag))


@route("/maps/{ref:str}/paths/new", http_method=READ)
async def new_path(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The form of a path; with `?from=12` it begins with the steps that start at that topic and belong to no path yet."""
    first = whole_number(request.query_params.get("from", ""))
    async with reading(request) as connection:
        found = await map_to_edit(request, connection, ref)
        run = await nameless_run(connection, found.map.id, first) if first else None
    form = path_form("", run.topics if run else (), replaces=run is not None)
    return show_form(request, TEMPLATE, _form_page(found, form))


@post("/maps/{ref:str}/paths/new")
async def save_new_path(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Makes a path: both roles of every step are set."""
    return await _save(request, ref, "")


@route("/maps/{ref:str}/paths/{slug:str}", http_method=READ)
async def show_path(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """One path with its topics in their order; each leads to its page in the context of the path."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ, within_reach=True)
        keep_within(request, is_open=found.standing.reach is None or found.standing.reach.has_path(slug))
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        path = await find_path(connection, found.map.id, slug if slug.isprintable() else "")
    page = path_page(path, map_url(found), may_edit=may(found.standing, Action.EDIT))
    return show(request, "paths/show.html", page, headers=validators(etag))


@route("/maps/{ref:str}/paths/{slug:str}/edit", http_method=READ)
async def edit_path(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a path as it is."""
    async with reading(request) as connection:
        found = await map_to_edit(request, connection, ref)
        path = await find_path(connection, found.map.id, slug if slug.isprintable() else "")
    assert path.topic is not None
    return show_form(request, TEMPLATE, _form_page(found, path_form(path.topic.label, path.topics), slug))


@post("/maps/{ref:str}/paths/{slug:str}/edit")
async def save_edited_path(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Writes name and order of a path anew."""
    return await _save(request, ref, slug)


@post("/maps/{ref:str}/paths/{slug:str}/removal")
async def remove_path(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Takes a path apart at once; Undo puts it together again."""
    async with writing(request) as session:
        found = await map_to_edit(request, session, ref)
        if not slug.isprintable():
            raise NotFound("This map has no such path.")
        saved = await take_apart(session, found.map.id, found.viewer.id if found.viewer else None, slug)
    return see_other(request, f"{map_url(found)}/paths", undoable(found, "Took the path apart; its topics are all there.", saved))


async def _save(request: AnyRequest, ref: str, slug: str) -> Response[Any]:
    posted = await read_posted(request)
    form = read_path_form(posted)
    async with writing(request) as session:
        found = await map_to_edit(request, session, ref)
        if slug:
            await find_path(await session.connection(), found.map.id, slug if slug.isprintable() else "")
        if changes_steps(posted):
            return show_form(request, TEMPLATE, _form_page(found, form, slug))
        resolver = Resolver(session, found.map.id)
        form = await resolve_path_form(form, resolver)
        saved = await attempt(session, _write(session, found, form, slug), before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(_form_page(found, form, slug), errors=saved.errors))
    async with reading(request) as connection:
        paths = {path.topic.id: path.topic.slug for path in await list_paths(connection, found.map.id) if path.topic}
    return see_other(request, path_url(map_url(found), paths[saved.construct_id]), undoable(found, "Saved the path.", saved))


async def _write(session: AsyncSession, found: OpenMap, form: PathForm, slug: str) -> Saved:
    user_id = found.viewer.id if found.viewer else None
    maker = Maker(session, found.map.id, user_id)
    step_ids = [await maker.id_of(step.topic) for step in form.steps if not step.topic.is_empty]
    return await save_path(session, found.map.id, user_id, name=form.name, step_ids=step_ids, slug=slug, replaces=form.replaces)


def _form_page(found: OpenMap, form: PathForm, slug: str = "") -> FormPage[PathForm]:
    url = map_url(found)
    back = path_url(url, slug) if slug else f"{url}/paths"
    return FormPage(
        title="Change the path" if slug else "A new path",
        action=f"{back}/edit" if slug else f"{url}/paths/new",
        back=back,
        back_to="the path" if slug else "all paths",
        element="path-form",
        block="path",
        values=form,
        sources=f"{url}/references",
        removal=f"{back}/removal" if slug else "",
    )


ROUTES = [show_paths, new_path, save_new_path, show_path, edit_path, save_edited_path, remove_path]
