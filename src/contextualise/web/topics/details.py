"""Facts about a connection, a name, or another fact, text or file: adding, editing, deleting."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.drafts import (
    OccurrenceDraft,
    association_draft,
    find_topic,
    home_of,
    name_draft,
    occurrence_draft,
    subject_of,
    topic_draft,
)
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import OpenMap
from contextualise.domain.occurrences import delete_occurrence
from contextualise.web.forms.occurrences import FactForm, fact_form, read_fact_form, resolve_fact_form
from contextualise.web.forms.posted import read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.editing import Refusal, attempt, map_to_edit, map_url, show_form, topic_url, undoable
from contextualise.web.topics.facts import FACT_FIELDS, FACT_TEMPLATE, add_fact, edit_fact

READ = [HttpMethod.GET, HttpMethod.HEAD]
Connection = AsyncConnection | AsyncSession


@dataclass(frozen=True, slots=True)
class Subject:
    """The statement that the fact is about."""

    found: OpenMap
    construct_id: int
    label: str
    back: str
    query: str  # remembers the topic from whose page the person comes

    @property
    def user_id(self) -> int | None:
        """Who asks."""
        return self.found.viewer.id if self.found.viewer else None


@route("/maps/{ref:str}/associations/{construct_id:int}/attributes/new", http_method=READ)
async def new_about_association(request: AnyRequest, ref: FromPath[str], construct_id: FromPath[int]) -> Response[Any]:
    """The form of a fact about a connection."""
    async with reading(request) as connection:
        found = await map_to_edit(request, connection, ref)
        subject = await _association(request, connection, found, construct_id)
    return show_form(request, FACT_TEMPLATE, _new_page(subject, "associations", FactForm()))


@post("/maps/{ref:str}/associations/{construct_id:int}/attributes/new")
async def save_about_association(request: AnyRequest, ref: FromPath[str], construct_id: FromPath[int]) -> Response[Any]:
    """Says something about a connection."""
    return await _add(request, ref, "associations", construct_id)


@route("/maps/{ref:str}/occurrences/{construct_id:int}/attributes/new", http_method=READ)
async def new_about_occurrence(request: AnyRequest, ref: FromPath[str], construct_id: FromPath[int]) -> Response[Any]:
    """The form of a fact about a fact, link, text or file."""
    async with reading(request) as connection:
        found = await map_to_edit(request, connection, ref)
        subject = await _occurrence(request, connection, found, construct_id)
    return show_form(request, FACT_TEMPLATE, _new_page(subject, "occurrences", FactForm()))


@post("/maps/{ref:str}/occurrences/{construct_id:int}/attributes/new")
async def save_about_occurrence(request: AnyRequest, ref: FromPath[str], construct_id: FromPath[int]) -> Response[Any]:
    """Says something about a fact, link, text or file."""
    return await _add(request, ref, "occurrences", construct_id)


@route("/maps/{ref:str}/names/{construct_id:int}/attributes/new", http_method=READ)
async def new_about_name(request: AnyRequest, ref: FromPath[str], construct_id: FromPath[int]) -> Response[Any]:
    """The form of a fact about a name."""
    async with reading(request) as connection:
        found = await map_to_edit(request, connection, ref)
        subject = await _name(request, connection, found, construct_id)
    return show_form(request, FACT_TEMPLATE, _new_page(subject, "names", FactForm()))


@post("/maps/{ref:str}/names/{construct_id:int}/attributes/new")
async def save_about_name(request: AnyRequest, ref: FromPath[str], construct_id: FromPath[int]) -> Response[Any]:
    """Says something about a name: who used it, since when."""
    return await _add(request, ref, "names", construct_id)


@route("/maps/{ref:str}/details/{detail_id:int}/edit", http_method=READ)
async def edit_detail(request: AnyRequest, ref: FromPath[str], detail_id: FromPath[int]) -> Response[Any]:
    """The form of a fact about a statement."""
    async with reading(request) as connection:
        subject, draft = await _detail(request, connection, ref, detail_id)
    return show_form(request, FACT_TEMPLATE, _page(subject, draft, fact_form(draft)))


@post("/maps/{ref:str}/details/{detail_id:int}/edit")
async def save_detail(request: AnyRequest, ref: FromPath[str], detail_id: FromPath[int]) -> Response[Any]:
    """Writes a fact about a statement anew."""
    posted = await read_posted(request)
    async with writing(request) as session:
        subject, draft = await _detail(request, session, ref, detail_id)
        resolver = Resolver(session, subject.found.map.id)
        form = await resolve_fact_form(read_fact_form(posted, fact_form(draft)), resolver)
        deed = edit_fact(session, subject.found.map.id, subject.user_id, detail_id, form)
        saved = await attempt(session, deed, FACT_FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, FACT_TEMPLATE, replace(_page(subject, draft, form), errors=saved.errors))
    return see_other(request, subject.back, undoable(subject.found, "Saved.", saved))


@post("/maps/{ref:str}/details/{detail_id:int}/removal")
async def remove_detail(request: AnyRequest, ref: FromPath[str], detail_id: FromPath[int]) -> Response[Any]:
    """Deletes a fact about a statement at once; Undo brings it back."""
    async with writing(request) as session:
        subject, draft = await _detail(request, session, ref, detail_id)
        saved = await delete_occurrence(session, subject.found.map.id, subject.user_id, detail_id)
    return see_other(request, subject.back, undoable(subject.found, f"Deleted “{draft.type.label}”.", saved))


async def _add(request: AnyRequest, ref: str, folder: str, construct_id: int) -> Response[Any]:
    posted = await read_posted(request)
    async with writing(request) as session:
        found = await map_to_edit(request, session, ref)
        subject = await _FINDING[folder](request, session, found, construct_id)
        resolver = Resolver(session, found.map.id)
        form = await resolve_fact_form(read_fact_form(posted, FactForm()), resolver)
        deed = add_fact(session, found.map.id, subject.user_id, construct_id, form)
        saved = await attempt(session, deed, FACT_FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, FACT_TEMPLATE, replace(_new_page(subject, folder, form), errors=saved.errors))
    return see_other(request, subject.back, undoable(found, f"Added “{form.type.text}”.", saved))


async def _association(request: AnyRequest, connection: Connection, found: OpenMap, construct_id: int) -> Subject:
    draft = await association_draft(connection, found.map.id, construct_id)
    slug, query = await _topic_asked(request, connection, found)
    back = f"{topic_url(found, slug)}#association-{construct_id}" if slug else f"{map_url(found)}/associations/{construct_id}"
    return Subject(found, construct_id, f"the connection {draft.type.label}", back, query)


async def _occurrence(request: AnyRequest, connection: Connection, found: OpenMap, construct_id: int) -> Subject:
    draft = await occurrence_draft(connection, found.map.id, construct_id)
    topic = await find_topic(connection, found.map.id, draft.topic_id)
    if topic is None or topic.is_hidden:
        raise NotFound("This statement is not there any more.")
    return Subject(found, construct_id, f"{draft.type.label} of {topic.label}", topic_url(found, topic.slug), "")


async def _name(request: AnyRequest, connection: Connection, found: OpenMap, construct_id: int) -> Subject:
    home = await home_of(connection, found.map.id, construct_id)
    if home is None:
        raise NotFound("This name is not there any more.")
    draft = await name_draft(connection, found.map.id, home.id, construct_id)
    return Subject(found, construct_id, f"the name {draft.value}", topic_url(found, home.slug), "")


_FINDING = {"associations": _association, "occurrences": _occurrence, "names": _name}


async def _detail(request: AnyRequest, connection: Connection, ref: str, detail_id: int) -> tuple[Subject, OccurrenceDraft]:
    found = await map_to_edit(request, connection, ref)
    draft = await occurrence_draft(connection, found.map.id, detail_id)
    construct_id, kind = await subject_of(connection, found.map.id, detail_id)
    if kind == "a":
        return await _association(request, connection, found, construct_id), draft
    home = await home_of(connection, found.map.id, construct_id)
    back = topic_url(found, home.slug) if home else map_url(found)
    return Subject(found, construct_id, home.label if home else "this map", back, ""), draft


async def _topic_asked(request: AnyRequest, connection: Connection, found: OpenMap) -> tuple[str, str]:
    """The topic from whose page the person comes, and the query that remembers it."""
    slug = request.query_params.get("topic", "")
    try:
        present = (await topic_draft(connection, found.map.id, slug)).slug if slug else ""
    except NotFound:
        present = ""
    return present, f"?{urlencode({'topic': present})}" if present else ""


def _new_page(subject: Subject, folder: str, form: FactForm) -> FormPage[FactForm]:
    action = f"{map_url(subject.found)}/{folder}/{subject.construct_id}/attributes/new{subject.query}"
    return _form(subject, form, f"A fact about {subject.label}", action, "attribute-new")


def _page(subject: Subject, draft: OccurrenceDraft, form: FactForm) -> FormPage[FactForm]:
    path = f"{map_url(subject.found)}/details/{draft.id}"
    page = _form(subject, form, f"Edit {draft.type.label} of {subject.label}", f"{path}/edit{subject.query}", f"occurrence-{draft.id}")
    return replace(page, removal=f"{path}/removal{subject.query}")


def _form(subject: Subject, form: FactForm, title: str, action: str, element: str) -> FormPage[FactForm]:
    return FormPage(
        title=title,
        action=action,
        back=subject.back,
        back_to="Back",
        element=element,
        block=element,
        values=form,
        sources=f"{map_url(subject.found)}/references",
    )


ROUTES = [
    new_about_association,
    save_about_association,
    new_about_occurrence,
    save_about_occurrence,
    new_about_name,
    save_about_name,
    edit_detail,
    save_detail,
    remove_detail,
]
