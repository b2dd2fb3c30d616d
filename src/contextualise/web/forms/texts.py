"""The form of a text: Markdown, the contexts it holds in, and the text that the writer started from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from contextualise.lib.markdown import SourceTooLong, fill_links, render
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, References, Resolver, read_references
from contextualise.web.forms.topics import text_reason


@dataclass(frozen=True, slots=True)
class TextForm:
    """The fields of a text; `expected` is the SHA-256, in hexadecimal, of the text that the writer has before them."""

    source: str = ""
    expected: str = ""
    themes: References = NONE
    preview: str | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Two people wrote the same text: what each has, and both in one."""

    mine: str
    theirs: str
    conflicts: int
    by: str | None


def read_text_form(posted: Posted) -> TextForm:
    """The form as posted."""
    expected = posted.text("expected")
    return TextForm(
        source=posted.text("text"),
        expected=expected if re.fullmatch("[0-9a-f]{64}", expected) else "",
        themes=read_references(posted, "theme"),
    )


async def resolve_text_form(form: TextForm, resolver: Resolver) -> TextForm:
    """The form with its contexts resolved and its size checked."""
    reason = text_reason(form.source)
    if reason:
        resolver.errors["text"] = reason
    return replace(form, themes=await resolver.many(form.themes, "theme"))


def wanted_links(source: str) -> list[str]:
    """The names that a text links to, in its order; none of one that is too long."""
    try:
        return [link.target for link in render(source).links]
    except SourceTooLong:
        return []


def previewed(source: str, addresses: Mapping[int, str | None]) -> str:
    """The text as it will be read; `addresses` lead to the topics that it links to, by number. Empty for one that is too long."""
    try:
        return fill_links(render(source, id_prefix="preview-").html, addresses)
    except SourceTooLong:
        return ""
