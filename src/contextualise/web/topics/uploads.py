"""Takes in files for a topic, streamed from the browser to the object store; each is kept or refused by itself."""

from dataclasses import dataclass, field
from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from contextualise.domain.content import Prepared, add_file, discard, prepare_file
from contextualise.domain.history import Saved
from contextualise.lib.file_names import clean_file_name
from contextualise.objects import Received, StoreFull, StoreUnavailable, TooLarge
from contextualise.web.forms.posted import Posted, clean
from contextualise.web.forms.references import Resolver, read_references
from contextualise.web.shared.fragments import wants_fragment
from contextualise.web.shared.multipart import OVERHEAD, Part, declared_size, parts_of_form
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.shared.templates import show_bytes
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of
from contextualise.web.topics.making import Maker
from contextualise.web.topics.upload_answers import Outcome, answer, wants_json

READ_ON = 10  # times the limit: so much of a file that is too large is read, for what comes behind it in the form
_FIELDS = {"scope_ids": "theme"}
_DOWN = "The store of files does not answer just now. Try again in a moment."
_FULL = "The store of files is full. Tell whoever runs this site."


@dataclass(slots=True)
class Upload:
    """A form as it was received: its fields, the files that are kept for the moment, and those that were refused on the way."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    received: list[tuple[str, Received]] = field(default_factory=list)
    refused: list[Outcome] = field(default_factory=list)

    @property
    def posted(self) -> Posted:
        """The fields that are no files."""
        return Posted(self.fields)


@post("/maps/{ref:str}/topics/{slug:str}/files/new", request_max_body_size=None, status_code=200)
async def save_files(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds files to a topic.

    The form has the field `file`, repeated for several files. `theme` and `keep_location` hold for all of them; `title`, `alt` and
    `decorative` where there is but one. A script sends one file at a time and gets JSON or the part of the page that shows files.
    """
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    limit = parts_of(request).settings.max_upload_mb * 1_000_000
    size = declared_size(request)
    is_single = wants_json(request) or wants_fragment(request)
    if size is not None and size - OVERHEAD > (limit if is_single else limit * READ_ON):
        return await answer(request, place, [Outcome("", 413, too_large(limit, size))], unread=size)
    upload = await _receive(request, limit, size if is_single else None)
    outcomes = [*upload.refused, *[await _keep(request, place, upload, name, received) for name, received in upload.received]]
    return await answer(request, place, outcomes or [Outcome("", 422, "Choose a file.")])


def too_large(limit: int, size: int | None) -> str:
    """Why a file is refused, naming the limit and, where it is known, the size."""
    told = f"It has {show_bytes(size)}; at" if size is not None else "At"
    return f"{told} most {show_bytes(limit)} are taken for one file."


async def _receive(request: AnyRequest, limit: int, size: int | None) -> Upload:
    """Read the form to its end; raises `Damaged`, after which nothing of it stays."""
    upload = Upload()
    try:
        async for part in parts_of_form(request):
            if part.file_name is None:
                upload.fields.setdefault(part.name, []).append(clean(await part.text()))
            elif part.name == "file" and not await _receive_file(request, part, upload, limit, size):
                break
    except BaseException:
        for _, received in upload.received:
            await discard(parts_of(request).objects, received.key)
        raise
    return upload


async def _receive_file(request: AnyRequest, part: Part, upload: Upload, limit: int, size: int | None) -> bool:
    """Keep one file under a temporary key; False when the rest of the form cannot be read any more."""
    objects, name = parts_of(request).objects, clean_file_name(part.file_name or "")
    try:
        received = await objects.receive(part.chunks, "application/octet-stream", limit=limit)
    except TooLarge as error:
        rest = await part.skip(limit * READ_ON)
        whole = None if rest is None else error.read + rest
        upload.refused.append(Outcome(name, 413, too_large(limit, size or whole)))
        return rest is not None
    except StoreUnavailable as error:
        upload.refused.append(_not_stored(name, error))
        return False
    if not received.size and not part.file_name:
        await discard(objects, received.key)
    else:
        upload.received.append((name, received))
    return True


async def _keep(request: AnyRequest, place: Place, upload: Upload, name: str, received: Received) -> Outcome:
    """Make a file that was received one of the topic's, in a transaction of its own."""
    objects, posted = parts_of(request).objects, upload.posted
    alt = _alt(posted) if len(upload.received) == 1 else None
    title = posted.text("title") if len(upload.received) == 1 else ""
    try:
        prepared = await prepare_file(objects, received, keep_location=posted.has("keep_location"))
        try:
            saved = await _save(request, place, posted, prepared, name, title, alt)
        except BaseException:
            await discard(objects, prepared.key)
            raise
    except StoreUnavailable as error:
        return _not_stored(name, error)
    if isinstance(saved, Refusal):
        await discard(objects, prepared.key)
        return Outcome(name, 422, " ".join(saved.errors.values()))
    return Outcome(name, saved=saved, prepared=prepared, needs_alt=prepared.kind == "image" and alt is None)


async def _save(
    request: AnyRequest, place: Place, posted: Posted, prepared: Prepared, name: str, title: str, alt: str | None
) -> Saved | Refusal:
    async with writing(request) as session:
        resolver = Resolver(session, place.map_id)
        themes = await resolver.many(read_references(posted, "theme"), "theme")

        async def deed() -> Saved:
            scope_ids = await Maker(session, place.map_id, place.user_id).ids_of(themes)
            where = (session, parts_of(request).objects, place.map_id, place.user_id, place.topic.id)
            return await add_file(*where, prepared=prepared, file_name=name, title=title, alt=alt, scope_ids=scope_ids)

        return await attempt(session, deed(), _FIELDS, before=resolver.errors)


def _alt(posted: Posted) -> str | None:
    """What the picture shows, "" where it is told to be decorative, None where nobody said."""
    if posted.has("decorative"):
        return ""
    return posted.text("alt").strip() or None


def _not_stored(name: str, error: StoreUnavailable) -> Outcome:
    return Outcome(name, 507, _FULL) if isinstance(error, StoreFull) else Outcome(name, 503, _DOWN)


ROUTES = [save_files]
