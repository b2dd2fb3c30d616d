"""A note gets its topic, loses it, or becomes one."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.drafts import Candidate, find_topic
from contextualise.domain.errors import NotFound
from contextualise.domain.history import Saved
from contextualise.domain.notes import attach_note, convert_note, detach_note, proposal_of, require_note, source_of_note
from contextualise.domain.notes.writing import digest_of
from contextualise.domain.texts import Stale
from contextualise.objects import ObjectStore
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.forms.references import Reference, Resolver, read_reference
from contextualise.web.forms.texts import read_text_form
from contextualise.web.forms.topics import text_reason
from contextualise.web.notes.homes import Home, answer_at_home, home_of_note
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.editing import Refusal, attempt, show_form, topic_url, undoable

ATTACHING = "notes/attaching.html"
CONVERSION = "notes/conversion.html"
READ = [HttpMethod.GET, HttpMethod.HEAD]


@dataclass(frozen=True, slots=True)
class ConversionForm:
    """The topic to be made of a note."""

    name: str = ""
    source: str = ""
    expected: str = ""
    anyway: bool = False  # although there is one of this name
    namesakes: tuple[Candidate, ...] = ()


@route("/maps/{ref:str}/notes/{note_id:int}/attaching", http_method=READ)
async def attaching_form(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """The field for the topic that a note is about."""
    async with reading(request) as connection:
        home = await home_of_note(request, connection, ref, note_id)
    return show_form(request, ATTACHING, _attaching_page(home, Reference()))


@post("/maps/{ref:str}/notes/{note_id:int}/attaching")
async def attach(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """Gives a note to the topic that is named; a name that nobody has yet is offered to be created."""
    posted = await read_posted(request)
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        resolver = Resolver(session, home.map_id)
        topic = await resolver.one(read_reference(posted, "topic"), "topic", "Write the name of a topic.")
        saved = await attempt(session, _attach(session, home, topic), {"topic_id": "topic", "name": "topic"}, before=resolver.errors)
        label = await _label(session, home, saved)
    if isinstance(saved, Refusal):
        return show_form(request, ATTACHING, replace(_attaching_page(home, topic), errors=saved.errors))
    return await answer_at_home(request, home, undoable(home.found, f"Attached the note to “{label}”.", saved))


@post("/maps/{ref:str}/notes/{note_id:int}/detaching")
async def detach(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """Puts a note back into the inbox."""
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        saved = await detach_note(session, home.map_id, home.user_id, note_id)
    return await answer_at_home(request, home, undoable(home.found, "Put the note back into the inbox.", saved))


@route("/maps/{ref:str}/notes/{note_id:int}/conversion", http_method=READ)
async def conversion_form(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """The topic that a note would become, with its name proposed."""
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        row = await require_note(session, home.map_id, note_id)
        proposal = proposal_of(await source_of_note(parts_of(request).objects, home.map_id, row), row["title"])
        namesakes = await Resolver(session, home.map_id).namesakes(proposal.name) if proposal.name else ()
    form = ConversionForm(proposal.name, proposal.text, digest_of(row).hex(), namesakes=namesakes)
    return show_form(request, CONVERSION, _conversion_page(home, form))


@post("/maps/{ref:str}/notes/{note_id:int}/conversion")
async def convert(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """Makes a topic of the note and goes to it; where there is one of that name, the note can be attached to that instead."""
    posted = await read_posted(request)
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        chosen = posted.number("attach")
        form, errors = await _conversion(session, home, posted)
        deed = (
            _attach(session, home, Reference(id=chosen)) if chosen is not None else _convert(session, parts_of(request).objects, home, form)
        )
        saved = await attempt(session, deed, {"source": "text"}, before={} if chosen is not None else errors)
        topic = None if isinstance(saved, Refusal) else await find_topic(session, home.map_id, saved.construct_id)
    if isinstance(saved, Refusal):
        return show_form(request, CONVERSION, replace(_conversion_page(home, form), errors=saved.errors))
    if topic is None:
        raise NotFound("The topic is not there any more.")
    told = f"Attached the note to “{topic.label}”." if chosen is not None else f"Made the note the topic “{topic.label}”."
    return see_other(request, topic_url(home.found, topic.slug) + home.context, undoable(home.found, told, saved))


async def _conversion(session: AsyncSession, home: Home, posted: Posted) -> tuple[ConversionForm, dict[str, str]]:
    name, text = " ".join(posted.text("name").split()), read_text_form(posted)
    form = ConversionForm(name, text.source, text.expected, bool(name) and posted.text("anyway") == name)
    errors = {} if name else {"name": "Write a name."}
    reason = text_reason(form.source)
    if reason:
        errors["text"] = reason
    if name and not form.anyway:
        form = replace(form, namesakes=await Resolver(session, home.map_id).namesakes(name))
        if form.namesakes:
            errors["name"] = f"There is a topic called “{form.namesakes[0].label}” already."
    return form, errors


async def _convert(session: AsyncSession, objects: ObjectStore, home: Home, form: ConversionForm) -> Saved | Refusal:
    expected = bytes.fromhex(form.expected) if form.expected else None
    try:
        return await convert_note(
            session, objects, home.map_id, home.user_id, home.note.id, name=form.name, source=form.source, expected=expected
        )
    except Stale as stale:
        who = home.note.updated_by or "Somebody else"
        return Refusal({"": f"{who} has changed this note since you opened it. It now says: “{stale.theirs[:200]}”."})


async def _attach(session: AsyncSession, home: Home, topic: Reference) -> Saved:
    return await attach_note(
        session, home.map_id, home.user_id, home.note.id, topic_id=topic.id, name=topic.text if topic.id is None else None
    )


async def _label(session: AsyncSession, home: Home, saved: Saved | Refusal) -> str:
    topic = None if isinstance(saved, Refusal) else await find_topic(session, home.map_id, saved.construct_id)
    return topic.label if topic else ""


def _attaching_page(home: Home, topic: Reference) -> FormPage[Reference]:
    return home.form(topic, title="Attach a note to a topic", step="attaching", element=f"attaching-{home.note.id}")


def _conversion_page(home: Home, form: ConversionForm) -> FormPage[ConversionForm]:
    return home.form(form, title="Make a note a topic", step="conversion")


ROUTES = [attaching_form, attach, detach, conversion_form, convert]
