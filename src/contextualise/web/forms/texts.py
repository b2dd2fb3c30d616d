"""The form of a text: Markdown, the contexts it holds in, and the text that the writer started from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from contextualise.domain.texts import Stale, compare_texts, files_url
from contextualise.lib.differences import Piece
from contextualise.lib.digests import read_digest
from contextualise.lib.markdown import SourceTooLong, fill_links, render
from contextualise.lib.numbers import whole_number
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, References, Resolver, read_references
from contextualise.web.forms.topics import text_reason


@dataclass(frozen=True, slots=True)
class TextForm:
    """The fields of a text; `expected` is the SHA-256, in hexadecimal, of the text that the writer has before them."""

    source: str = ""
    expected: str = ""
    themes: References = NONE
    before: tuple[int, ...] = ()  # the contexts that it had when the form was opened
    preview: str | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Two people wrote the same text: what each made of it, by words; `conflicts` counts what the proposal leaves open."""

    mine: Sequence[Piece]
    theirs: Sequence[Piece]
    conflicts: int
    by: str | None
    is_deleted: bool


def read_text_form(posted: Posted) -> TextForm:
    """The form as posted."""
    expected = posted.text("expected")
    return TextForm(
        source=posted.text("text"),
        expected=expected if read_digest(expected) else "",
        themes=read_references(posted, "theme"),
        before=tuple(number for number in map(whole_number, posted.text("contexts_before").split(",")) if number is not None),
    )


async def resolve_text_form(form: TextForm, resolver: Resolver) -> TextForm:
    """The form with its contexts resolved and its size checked."""
    reason = text_reason(form.source)
    if reason:
        resolver.errors["text"] = reason
    return replace(form, themes=await resolver.many(form.themes, "theme"))


def clash_of(stale: Stale, by: str | None) -> Clash:
    """What the two made of the text that they both started from. Takes up to seconds for texts of a megabyte."""
    return Clash(
        mine=compare_texts(stale.base, stale.mine),
        theirs=compare_texts(stale.base, stale.theirs),
        conflicts=stale.merged.conflicts,
        by=by,
        is_deleted=stale.current is None,
    )


def open_places(source: str) -> int:
    """How many places of a proposed text still say two things at once."""
    return source.count("{theirs:")


def wanted_links(source: str) -> list[str]:
    """The names that a text links to, in its order; none of one that is too long."""
    try:
        return [link.target for link in render(source).links]
    except SourceTooLong:
        return []


def previewed(map_id: int, source: str, addresses: Mapping[int, str | None]) -> str:
    """The text as it will be read in the map; `addresses` lead to topics, by number. Empty for one that is too long."""
    try:
        return fill_links(render(source, files=files_url(map_id), id_prefix="preview-").html, addresses)
    except SourceTooLong:
        return ""
