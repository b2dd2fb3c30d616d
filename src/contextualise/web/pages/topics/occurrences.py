"""The occurrences of a topic by what they are: texts, pictures, files, links, and facts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from contextualise.lib.markdown import fill_links
from contextualise.lib.values import display
from contextualise.repository.reading.records import OccurrenceRow, TopicRecord
from contextualise.repository.reading.topic import TEXT
from contextualise.web.pages.topics.contexts import Scopes
from contextualise.web.pages.topics.links import SIGNS, Addresses, Topics

XSD = "http://www.w3.org/2001/XMLSchema#"
IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})
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


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A text; `kind` is empty for the topic's own text. What fits the reader's context best has the lowest `rank`."""

    id: int
    rank: tuple[bool, int, int]
    html: str
    kind: str
    kind_url: str
    sign: int
    beginning: str
    lang: str | None
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """A link, picture or file; `href` is empty for an address that must not be followed."""

    id: int
    text: str
    href: str
    note: str
    kind: str
    icon: str
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """All of a topic's occurrences."""

    texts: tuple[TextBlock, ...]
    images: tuple[Resource, ...]
    files: tuple[Resource, ...]
    links: tuple[Resource, ...]
    facts: tuple[Fact, ...]


class OccurrenceReader:
    """Turns rows into what the page shows."""

    def __init__(
        self, record: TopicRecord, topics: Topics, scopes: Scopes, addresses: Addresses, create: Callable[[str], str] | None
    ) -> None:
        self._record = record
        self._topics = topics
        self._scopes = scopes
        self._addresses = addresses
        self._create = create
        self._text_type = record.base.get(TEXT)
        self._chosen = set(record.context)
        self._targets = _targets(record, topics)
        self._reifiers = {reifier.construct_id: reifier.topic_id for reifier in record.reifiers}

    def read(self, rows: Iterable[OccurrenceRow]) -> Occurrences:
        """The rows by kind, in their order."""
        texts: list[TextBlock] = []
        images: list[Resource] = []
        files: list[Resource] = []
        links: list[Resource] = []
        facts: list[Fact] = []
        for row in rows:
            if row.html is not None:
                texts.append(self._text(row))
            elif row.media_type is not None:
                (images if row.media_type in IMAGES else files).append(self._file(row, row.media_type))
            elif row.datatype == XSD + "anyURI":
                links.append(self._link(row))
            else:
                facts.append(self.fact(row))
        texts.sort(key=lambda text: text.rank)
        facts.sort(key=lambda fact: fact.kind.casefold())
        return Occurrences(tuple(texts), tuple(images), tuple(files), tuple(links), tuple(facts))

    def details(self, construct_id: int) -> tuple[Fact, ...]:
        """What is said about a statement through the topic that stands for it."""
        reifier = self._reifiers.get(construct_id)
        if reifier is None:
            return ()
        return tuple(self.fact(row) for row in self._record.details if row.topic_id == reifier)

    def fact(self, row: OccurrenceRow) -> Fact:
        """A row as an attribute."""
        return fact_of(row, self._topics, self._scopes.links(row.scope_id), self.details(row.id))

    def _text(self, row: OccurrenceRow) -> TextBlock:
        is_own = row.type_id == self._text_type
        kind, kind_url = ("", "") if is_own else self._kind(row.type_id)
        html = fill_links(row.html or "", self._targets.get(row.id, {}), self._create)
        themes = set(self._scopes.ids(row.scope_id))
        shared = len(themes & self._chosen)
        return TextBlock(
            row.id,
            (not is_own, -shared, len(themes)),
            html,
            kind,
            kind_url,
            row.type_id % SIGNS,
            row.beginning or "",
            self._scopes.language(row.scope_id),
            self._scopes.links(row.scope_id),
            self.details(row.id),
        )

    def _file(self, row: OccurrenceRow, media_type: str) -> Resource:
        name = row.file_name or row.title or "file"
        href = self._addresses.file(row.value.removeprefix("sha256:"), name)
        is_image = media_type in IMAGES
        note = "" if is_image else f"{_format(name, media_type)}, {_size(row.bytes or 0)}"
        return self._resource(row, row.title or ("" if is_image else name), href, note, "image" if is_image else "file-text")

    def _link(self, row: OccurrenceRow) -> Resource:
        href = safe_href(row.value)
        host = urlsplit(href).hostname if href.startswith("http") else ""
        return self._resource(row, row.title or row.value, href, (host or "").removeprefix("www."), "globe")

    def _resource(self, row: OccurrenceRow, text: str, href: str, note: str, icon: str) -> Resource:
        kind, _ = self._kind(row.type_id)
        return Resource(row.id, text, href, note, kind, icon, self._scopes.links(row.scope_id), self.details(row.id))

    def _kind(self, type_id: int) -> tuple[str, str]:
        return (self._topics.name(type_id), self._topics.link(type_id).href) if type_id in self._topics else ("", "")


def fact_of(row: OccurrenceRow, topics: Topics, themes: tuple[object, ...], details: tuple[Fact, ...] = ()) -> Fact:
    """An occurrence as an attribute."""
    return Fact(
        id=row.id,
        kind=topics.name(row.type_id),
        kind_url=topics.link(row.type_id).href if row.type_id in topics else "",
        text=_value(row),
        href=safe_href(row.value) if row.datatype == XSD + "anyURI" else "",
        title=row.title or "",
        themes=themes,
        details=details,
    )


def safe_href(value: str) -> str:
    """The address when following it is harmless, else nothing: what `javascript:` and `data:` addresses say is never run."""
    scheme = value.partition(":")[0].strip().lower()
    return value if scheme in _SAFE_SCHEMES and value.isprintable() else ""


def _targets(record: TopicRecord, topics: Topics) -> Mapping[int, dict[int, str | None]]:
    targets: dict[int, dict[int, str | None]] = {}
    for link in record.wiki_links:
        if link.topic_id in topics:
            targets.setdefault(link.occurrence_id, {})[link.position] = topics.link(link.topic_id).href
    return targets


def _value(row: OccurrenceRow) -> str:
    text = display(row.datatype, row.value)
    return f"{row.title} ({text})" if row.title and row.datatype != XSD + "anyURI" else text


def _format(name: str, media_type: str) -> str:
    ending = name.rpartition(".")[2]
    return ending.upper() if "." in name and len(ending) <= 5 else media_type


def _size(size: int) -> str:
    for unit, limit in (("bytes", 1e3), ("kB", 1e6), ("MB", 1e9)):
        if size < limit:
            return f"{size} bytes" if unit == "bytes" else f"{size / (limit / 1e3):.1f} {unit}"
    return f"{size / 1e9:.1f} GB"
