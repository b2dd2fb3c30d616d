"""What the address of a topic asks for beside the topic: the context to see it in, and a part of very much."""

from contextualise.lib.numbers import whole_number
from contextualise.repository.reading.topic import Context, Part
from contextualise.web.shared.requests import AnyRequest

MOST_THEMES = 10
_LONGEST = 200


def asked_context(request: AnyRequest) -> Context:
    """The reader's context: `?scope=libretto&scope=italian&strict=1`, or `?scope=*` for what holds everywhere.

    What cannot be the address of a topic is left out; themes keep their order and come once.
    """
    asked = [theme.strip() for theme in request.query_params.getall("scope", [])]
    if "*" in asked:
        return Context(universal=True)
    themes = tuple(dict.fromkeys(theme for theme in asked if theme and len(theme) <= _LONGEST and theme.isprintable()))[:MOST_THEMES]
    return Context(themes, strict=bool(themes) and request.query_params.get("strict") == "1")


def asked_part(request: AnyRequest) -> Part:
    """The part asked for; the beginning for an address that somebody has changed by hand."""
    query = request.query_params
    return Part(
        group=_pair(query.get("group")),
        after_association=asked_number(query.get("after")),
        after_group=_pair(query.get("groups")) or (0, 0),
        after_occurrence=asked_number(query.get("occurrences")),
    )


def asked_type(request: AnyRequest) -> str:
    """The address of the type of topics asked for; "" for none, and for what cannot be an address."""
    slug: str = request.query_params.get("type", "")
    return slug if len(slug) <= _LONGEST and slug.isprintable() else ""


def asked_number(text: str | None) -> int:
    """An id in an address; 0 for what is none."""
    return whole_number(text) or 0


def asked_place(text: str | None) -> tuple[str, int] | None:
    """The place in a list by key and id that `ID.KEY` names, from which a page of it begins; None for what names none."""
    number, _, key = (text or "").partition(".")
    known = whole_number(number)
    return None if known is None or "\0" in key else (key, known)


def _pair(text: str | None) -> tuple[int, int] | None:
    first, _, second = (text or "").partition("-")
    pair = (asked_number(first), asked_number(second))
    return pair if all(pair) else None
