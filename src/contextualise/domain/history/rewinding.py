"""Brings a topic back to what was said about it at an earlier version."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history.net import net
from contextualise.domain.history.saving import Saved, begin, finish
from contextualise.domain.history.undoing import Restored, refuse_clashes
from contextualise.repository import constructs, topics
from contextualise.repository.journal import Entry, Image, Journal, StaleRow
from contextualise.repository.journal.images import is_unchanged, key_of, table_named
from contextualise.repository.journal.reversing import present, reverse
from contextualise.repository.reading.change import TooMuch, moment_of, rows_between

_COUNTED = frozenset({"topic", "topic_type", "identifier", "name", "variant", "occurrence", "association"})


async def rewind_topic(session: AsyncSession, map_id: int, user_id: int | None, topic_id: int, version: int) -> Restored:
    """Let a topic's own statements be what they were at a version of the map, as one change that can be undone.

    Its names, types, identifiers, address, texts, values and connections come back or go; other topics stay as they are. What needs
    something that is not there any more is left out, which `note` tells. Raises `NotFound` for a topic or version that there is not, and
    `Conflict` where nothing is different or too much has been changed since.
    """
    journal = await begin(session, map_id)
    topic = (await topics.find_topics(session, map_id, [topic_id])).get(topic_id)
    if topic is None:
        raise NotFound("This topic is not there. Bring it back from the trash first.")
    if await moment_of(session, map_id, version) is None:
        raise NotFound("This map has never had such a version.")
    try:
        written = await rows_between(session, map_id, [topic_id], version, journal.version)
    except TooMuch:
        raise Conflict("Too much has been changed since then to be taken back at once.") from None
    entries = own_entries(net(written), topic_id)
    for unit in _units(entries):
        await _try(journal, unit)
    saved = await finish(journal, user_id=user_id, op="topic.restore", construct_id=topic_id, label=topic.label)
    if saved.change_id is None:
        raise Conflict("All that can come back is as it was then already." if entries else "The topic is as it was then already.")
    return _restored(saved, await _left(journal, entries))


def own_entries(entries: Sequence[Entry], topic_id: int) -> list[Entry]:
    """Those that are about the topic: what it is called, is, says, is connected to, and what is said about these statements.

    Scopes come along, so that statements find the contexts that they were in.
    """
    own = {topic_id}
    growing = True
    while growing:
        before = len(own)
        for entry in entries:
            own |= _constructs(entry, own)
        growing = len(own) > before
    return [entry for entry in entries if _is_own(entry, own)]


_OWNERS = {"name": "topic_id", "variant": "name_id", "occurrence": "topic_id"}


def _constructs(entry: Entry, own: set[int]) -> set[int]:
    """The constructs that an entry adds to those of the topic."""
    images = entry.images
    if entry.table in _OWNERS:
        return {image["id"] for image in images if image[_OWNERS[entry.table]] in own}
    if entry.table == "role":
        return {image["association_id"] for image in images if image["player_id"] in own or image["association_id"] in own}
    if entry.table == "reification":
        return {image["reifier_id"] for image in images if image["construct_id"] in own and image["construct_id"] != 0}
    return set()


def _is_own(entry: Entry, own: set[int]) -> bool:
    columns = {
        "topic": "id",
        "topic_type": "topic_id",
        "identifier": "construct_id",
        "association": "id",
        "role": "association_id",
        "reification": "construct_id",
        **_OWNERS,
    }
    if entry.table in ("scope", "scope_theme"):
        return entry.after is None
    return entry.table in columns and any(image[columns[entry.table]] in own for image in entry.images)


@dataclass(slots=True)
class _Unit:
    """Rows that come back together or not at all."""

    entries: list[Entry]

    @property
    def rank(self) -> int:
        """When it is its turn: contexts first, then what goes (reifiers before what they reify), then what comes back (after it)."""
        kinds = {entry.table for entry in self.entries}
        if "scope" in kinds:
            return 0
        goes = all(entry.before is None for entry in self.entries)
        comes = all(entry.after is None for entry in self.entries)
        if "reification" in kinds:
            return 1 if goes else 5
        return 2 if goes else 4 if comes else 3


def _units(entries: Sequence[Entry]) -> list[list[Entry]]:
    """The entries by what belongs together: an association with its parts, a name with its forms, a hidden topic with its facts."""
    hidden = {entry.image["id"] for entry in entries if entry.table == "topic" and entry.image["is_hidden"]}
    names = {entry.image["id"] for entry in entries if entry.table == "name"}
    units: dict[tuple[object, ...], _Unit] = {}
    for position, entry in enumerate(entries):
        units.setdefault(_unit_of(entry, hidden, names, position), _Unit([])).entries.append(entry)
    return [unit.entries for unit in sorted(units.values(), key=lambda unit: unit.rank)]


def _unit_of(entry: Entry, hidden: set[int], names: set[int], position: int) -> tuple[object, ...]:
    image = entry.image
    if entry.table == "reification":
        return ("topic", image["reifier_id"])
    if image.get("topic_id") in hidden or (entry.table == "topic" and image["id"] in hidden):
        return ("topic", image["id"] if entry.table == "topic" else image["topic_id"])
    if entry.table in ("scope", "scope_theme"):
        return ("scope", image["id"] if entry.table == "scope" else image["scope_id"])
    if entry.table in ("association", "role"):
        return ("association", image["id"] if entry.table == "association" else image["association_id"])
    if entry.table in ("name", "variant") and (entry.table == "name" or image["name_id"] in names):
        return ("name", image["id"] if entry.table == "name" else image["name_id"])
    return ("alone", position)


async def _try(journal: Journal, unit: Sequence[Entry]) -> None:
    """Take the rows back, or none of them where one cannot be."""
    written = len(journal.entries)
    try:
        async with journal.session.begin_nested():
            await reverse(journal, unit)
            await constructs.refuse_dangling(journal, journal.entries[written:])
            await refuse_clashes(journal, journal.entries[written:])
    except StaleRow:
        del journal.entries[written:]


async def _left(journal: Journal, entries: Sequence[Entry]) -> int:
    """How many statements are not as they were."""
    count = 0
    for name in {entry.table: None for entry in entries if entry.table in _COUNTED}:
        table = table_named(name)
        rows = [entry for entry in entries if entry.table == name]
        now: dict[object, Image] = {key_of(table, row): row for row in await present(journal, name, [entry.image for entry in rows])}
        for entry in rows:
            found = now.get(key_of(table, entry.image))
            count += found is not None if entry.before is None else found is None or not is_unchanged(found, entry.before)
    return count


def _restored(saved: Saved, left: int) -> Restored:
    note = ""
    if left:
        which = "1 statement stays as it is" if left == 1 else f"{left} statements stay as they are"
        note = f"{which}: what belongs to it is gone, or something else has taken its place."
    return Restored(saved.construct_id, saved.change_id, saved.version, note)
