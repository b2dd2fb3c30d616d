"""Values of a topic: attributes, and which addresses may be followed."""

from dataclasses import dataclass

from contextualise.lib.values import display
from contextualise.repository.reading.records import OccurrenceRow
from contextualise.web.pages.topics.links import Topics

XSD = "http://www.w3.org/2001/XMLSchema#"
ADDRESS = XSD + "anyURI"
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "ftp", "ftps", "tel", "geo", "urn", "doi", "sftp", "gemini", "xmpp", "matrix", "irc"})


@dataclass(frozen=True, slots=True)
class Fact:
    """An attribute: what is said, by a value."""

    id: int
    kind: str
    kind_url: str
    text: str
    href: str
    title: str
    themes: tuple[object, ...]
    details: tuple["Fact", ...]


def fact_of(row: OccurrenceRow, topics: Topics, themes: tuple[object, ...], details: tuple[Fact, ...] = ()) -> Fact:
    """An occurrence as an attribute."""
    return Fact(
        id=row.id,
        kind=topics.name(row.type_id),
        kind_url=topics.link(row.type_id).href if row.type_id in topics else "",
        text=_value(row),
        href=safe_href(row.value) if row.datatype == ADDRESS else "",
        title=row.title or "",
        themes=themes,
        details=details,
    )


def safe_href(value: str) -> str:
    """The address when following it is harmless, else nothing: what `javascript:` and `data:` addresses say is never run."""
    scheme = value.partition(":")[0].strip().lower()
    return value if scheme in _SAFE_SCHEMES and value.isprintable() else ""


def _value(row: OccurrenceRow) -> str:
    text = display(row.datatype, row.value)
    return f"{row.title} ({text})" if row.title and row.datatype != ADDRESS else text
