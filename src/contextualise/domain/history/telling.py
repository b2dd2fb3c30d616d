"""Tells what changes wrote as statements before and after, in the words of people."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contextualise.lib.values import display
from contextualise.repository.identifiers import subjects
from contextualise.repository.journal import Entry, Image
from contextualise.repository.names import NAME_TYPE
from contextualise.repository.reading import change as repository
from contextualise.repository.reading.change import Connection, ContentRow

MOST_TOLD = 300
"""Statements that are told of one change or comparison; the rest are counted."""

MARKDOWN = "text/markdown"
_TAGGING, _TAG = "urn:contextualise:base:categorization", "urn:contextualise:base:category"
KINDS = {1: "Subject identifier", 2: "Subject locator", 3: "Item identifier"}


@dataclass(frozen=True, slots=True)
class Side:
    """A statement as it was at one time: its type, what it says, in which context; `digest` is that of its content."""

    kind: str
    text: str
    context: str = ""
    digest: bytes | None = None
    is_text: bool = False
    is_gone: bool = False  # the content was deleted for good


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement that is different: of which sort, about which topic, before (None: it was not there) and after (None: it is gone)."""

    what: str
    topic_id: int | None
    topic: str
    construct_id: int
    before: Side | None
    after: Side | None
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class Differences:
    """What is different; `more` counts what is not told, being too much."""

    told: Sequence[Difference]
    more: int = 0


@dataclass(slots=True)
class Words:
    """What the numbers in rows are called."""

    labels: Mapping[int, str] = field(default_factory=dict)
    themes: Mapping[int, Sequence[int]] = field(default_factory=dict)
    contents: Mapping[bytes, ContentRow] = field(default_factory=dict)
    plain_name: int | None = None  # the type of names that need no word for it
    tagging: tuple[int, int] | None = None  # the type of associations that are tags, and the role of the tag in them

    def topic(self, topic_id: int | None) -> str:
        """The name of a topic."""
        return self.labels.get(topic_id or 0) or "a topic that is gone"

    def context(self, scope_id: int) -> str:
        """The names of the themes of a scope."""
        return ", ".join(sorted(map(self.topic, self.themes.get(scope_id, ())), key=str.casefold))


async def tell(connection: Connection, map_id: int, entries: Sequence[Entry], *, may_edit: bool) -> Differences:
    """The entries as statements.

    Readers are not told what content said that is deleted by now, or that lies in the inbox: deleting is how something is taken from them.
    """
    entries = [entry for entry in entries if entry.table not in ("scope", "scope_theme") or not entry.waiting]
    words = await words_for(connection, map_id, entries)
    told = list(_differences(entries, words))
    if not may_edit:
        ids = {entry.image["id"] for entry in entries if entry.table == "occurrence"}
        told = _withheld(told, ids - await repository.open_occurrences(connection, map_id, ids))
    return Differences(told[:MOST_TOLD], max(0, len(told) - MOST_TOLD))


async def words_for(connection: Connection, map_id: int, entries: Iterable[Entry]) -> Words:
    """What must be known to tell the entries."""
    images = [(entry.table, image) for entry in entries for image in entry.images]
    scope_ids = {image["scope_id"] for _, image in images if image.get("scope_id")}
    themes = {scope_id: list(ids) for scope_id, ids in (await repository.themes_of(connection, map_id, scope_ids)).items()}
    for table, image in images:
        if table == "scope_theme" and image["topic_id"] not in themes.setdefault(image["scope_id"], []):
            themes[image["scope_id"]].append(image["topic_id"])
    ids = {
        image[column] for _, image in images for column in ("topic_id", "type_id", "player_id", "association_type_id") if column in image
    }
    ids |= {topic_id for scope_id in scope_ids for topic_id in themes.get(scope_id, ())}
    ids |= {image["construct_id"] for table, image in images if table == "identifier"}
    ids |= {image["reifier_id"] for table, image in images if table == "reification"}
    labels = {image["id"]: image["label"] for table, image in images if table == "topic"}
    labels |= await repository.labels_of(connection, map_id, ids)
    digests = {digest_of(image) for table, image in images if table == "occurrence"} - {None}
    contents = await repository.contents_of(connection, map_id, [digest for digest in digests if digest])
    base = await subjects(connection, map_id, [NAME_TYPE, _TAGGING, _TAG])
    tagging = (base[_TAGGING], base[_TAG]) if _TAGGING in base and _TAG in base else None
    return Words(labels, themes, contents, base.get(NAME_TYPE), tagging)


_TOPICS = ("topic_id", "type_id", "player_id", "association_type_id")


def digest_of(image: Image) -> bytes | None:
    """The SHA-256 of an occurrence's content, None for a value."""
    return bytes.fromhex(image["sha256"][2:]) if image["sha256"] is not None else None


def _withheld(told: Sequence[Difference], hidden: Collection[int]) -> list[Difference]:
    return [
        Difference(each.what, each.topic_id, each.topic, each.construct_id, _silent(each.before), _silent(each.after), is_withheld=True)
        if each.construct_id in hidden
        else each
        for each in told
    ]


def _silent(side: Side | None) -> Side | None:
    return side and Side(side.kind, "")


def _differences(entries: Sequence[Entry], words: Words) -> Iterator[Difference]:
    yield from _of_map(entries)
    for table, tell_one in _TELLERS:
        for entry in entries:
            if entry.table == table:
                found = tell_one(entry, words)
                if found is not None:
                    yield found
    yield from _associations(entries, words)


def _difference(what: str, entry: Entry, words: Words, topic_id: int | None, before: Side | None, after: Side | None) -> Difference | None:
    if before == after:
        return None
    return Difference(what, topic_id, words.topic(topic_id) if topic_id else "", entry.image.get("id", 0), before, after)


def _topic(entry: Entry, words: Words) -> Difference | None:
    if entry.image["is_hidden"]:
        return None
    before, after = _sides(entry, lambda image: Side("", image["slug"] if entry.before and entry.after else image["label"]))
    return _difference("Address" if before and after else "Topic", entry, words, entry.image["id"], before, after)


def _type(entry: Entry, words: Words) -> Difference | None:
    before, after = _sides(entry, lambda image: Side("", words.topic(image["type_id"])))
    return _difference("Type", entry, words, entry.image["topic_id"], before, after)


def _identifier(entry: Entry, words: Words) -> Difference | None:
    before, after = _sides(entry, lambda image: Side(KINDS[image["kind"]], image["iri"]))
    return _difference("Identifier", entry, words, entry.image["construct_id"] or None, before, after)


def _name(entry: Entry, words: Words) -> Difference | None:
    def side(image: Image) -> Side:
        kind = "" if image["type_id"] == words.plain_name else words.topic(image["type_id"])
        return Side(kind, image["value"], words.context(image["scope_id"]))

    before, after = _sides(entry, side)
    return _difference("Name", entry, words, entry.image["topic_id"], before, after)


def _variant(entry: Entry, words: Words) -> Difference | None:
    before, after = _sides(entry, lambda image: Side("", image["value"], words.context(image["scope_id"])))
    return _difference("Form of a name", entry, words, None, before, after)


def _occurrence(entry: Entry, words: Words) -> Difference | None:
    before, after = _sides(entry, lambda image: _said(image, words))
    one = after or before
    assert one is not None
    what = "Text" if one.is_text else "File" if one.digest else "Statement"
    return _difference(what, entry, words, entry.image["topic_id"], before, after)


def _said(image: Image, words: Words) -> Side:
    digest = digest_of(image)
    kind, context = words.topic(image["type_id"]), words.context(image["scope_id"])
    about = " · ".join(filter(None, (image.get("title"), image.get("alt"))))
    if digest is None:
        shown = display(image["datatype"], image["value"])
        return Side(kind, f"{about} ({shown})" if about else shown, context)
    found = words.contents.get(digest)
    shown = " · ".join(filter(None, (about, image.get("file_name"))))
    is_text = (found.media_type if found else image["datatype"]).endswith(MARKDOWN)
    return Side(kind, shown, context, digest, is_text, is_gone=found is None)


def _reification(entry: Entry, words: Words) -> Difference | None:
    kinds = {"m": "the map", "n": "a name", "v": "a form of a name", "o": "a statement", "a": "a connection", "r": "a part in a connection"}
    before, after = _sides(entry, lambda image: Side("", f"{words.topic(image['reifier_id'])} stands for {kinds[image['kind']]}"))
    hidden = words.labels.get(entry.image["reifier_id"]) is None
    return None if hidden else _difference("Meaning", entry, words, entry.image["reifier_id"], before, after)


_TELLERS = (
    ("topic", _topic),
    ("name", _name),
    ("variant", _variant),
    ("topic_type", _type),
    ("occurrence", _occurrence),
    ("identifier", _identifier),
    ("reification", _reification),
)


def _associations(entries: Sequence[Entry], words: Words) -> Iterator[Difference]:
    """Each association with its parts; of one that was only rewritten, the parts that are different."""
    rows: dict[int, Entry] = {entry.image["id"]: entry for entry in entries if entry.table == "association"}
    roles: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.table == "role":
            roles.setdefault(entry.image["association_id"], []).append(entry)
    for association_id in sorted({*rows, *roles}):
        row = rows.get(association_id)
        parts = roles.get(association_id, [])
        before = _connection(row.before if row else None, [part.before for part in parts if part.before], words, is_whole=row is not None)
        after = _connection(row.after if row else None, [part.after for part in parts if part.after], words, is_whole=row is not None)
        if row is not None:
            before, after = (before if row.before else None), (after if row.after else None)
        if before != after:
            yield _tag(parts, words, association_id) or Difference("Connection", None, "", association_id, before, after)


def _tag(parts: Sequence[Entry], words: Words, association_id: int) -> Difference | None:
    """A tag that was added or taken away; None for any other association."""
    if words.tagging is None or len(parts) != 2 or any(part.before and part.after for part in parts):
        return None
    tagging, role = words.tagging
    tags = [part for part in parts if part.image["type_id"] == role]
    if len(tags) != 1 or any(part.image["association_type_id"] != tagging for part in parts):
        return None
    topic_id = next(part.image["player_id"] for part in parts if part is not tags[0])
    side = Side("", words.topic(tags[0].image["player_id"]))
    before, after = (side, None) if tags[0].before else (None, side)
    return Difference("Tag", topic_id, words.topic(topic_id), association_id, before, after)


def _connection(row: Image | None, roles: Sequence[Image], words: Words, *, is_whole: bool) -> Side | None:
    if row is None and (is_whole or not roles):
        return None
    parts = sorted(f"{words.topic(role['type_id'])}: {words.topic(role['player_id'])}" for role in roles)
    type_id = row["type_id"] if row else roles[0]["association_type_id"]
    scope_id = row["scope_id"] if row else roles[0]["association_scope_id"]
    return Side(words.topic(type_id), " – ".join(parts), words.context(scope_id))


_COLUMNS = {
    "title": "Title",
    "description": "Description",
    "default_lang": "Language",
    "accent": "Accent colour",
    "image_sha256": "Picture",
    "published_at": "Who may read it",
    "promoted_at": "Place on the home page",
    "trashed_at": "Trash",
}
_STATES = {
    "image_sha256": ("no picture", "a picture"),
    "published_at": ("its owner and collaborators", "everybody"),
    "promoted_at": ("among the others", "first"),
    "trashed_at": ("not in the trash", "in the trash"),
}


def _of_map(entries: Sequence[Entry]) -> Iterator[Difference]:
    for entry in entries:
        if entry.table == "map_member":
            yield Difference("Part in the map", None, "", 0, *_sides(entry, lambda image: Side("", f"may {image['mode']}")))
        if entry.table != "map" or entry.before is None or entry.after is None:
            continue
        for column, what in _COLUMNS.items():
            old, new = entry.before.get(column), entry.after.get(column)
            if old != new:
                yield Difference(what, None, "", 0, _setting(column, old), _setting(column, new))


def _setting(column: str, value: Any) -> Side:
    if column in _STATES:
        return Side("", _STATES[column][value is not None] if column != "image_sha256" or value is None else f"a picture ({value[2:10]})")
    return Side("", str(value or ""))


def _sides(entry: Entry, make: Callable[[Image], Side]) -> tuple[Side | None, Side | None]:
    return None if entry.before is None else make(entry.before), None if entry.after is None else make(entry.after)
