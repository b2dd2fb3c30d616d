"""The context that an address asks for: `?scope=libretto&scope=italian&strict=1`, or `?scope=*` for what holds everywhere."""

from contextualise.repository.reading.topic import Context
from contextualise.web.shared.requests import AnyRequest

MOST_THEMES = 10
_LONGEST = 200


def asked_context(request: AnyRequest) -> Context:
    """The reader's context. What cannot be the address of a topic is left out; themes keep their order and come once."""
    asked = [theme.strip() for theme in request.query_params.getall("scope", [])]
    if "*" in asked:
        return Context(universal=True)
    themes = tuple(dict.fromkeys(theme for theme in asked if theme and len(theme) <= _LONGEST and theme.isprintable()))[:MOST_THEMES]
    return Context(themes, strict=bool(themes) and request.query_params.get("strict") == "1")
