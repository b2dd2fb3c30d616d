"""Notes: kept, moved, made topics of, taken back; and the count of the inbox, exact whatever happens."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import history, notes, topics
from contextualise.domain.base_topics import base_ids
from contextualise.domain.doctor import check_map, reindex_map
from contextualise.domain.errors import Conflict, DomainError, Invalid, NotFound
from contextualise.domain.history import Saved
from contextualise.domain.occurrences import add_occurrence, delete_occurrence
from contextualise.domain.texts import Stale, read_source, save_text
from contextualise.domain.transfer import Progress, import_map, read_file
from contextualise.objects import FolderStore
from contextualise.repository.notes import INBOX_COUNT
from tests.factories import make_map, make_topic, make_user


@pytest.fixture
def objects(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
async def map_id(session: AsyncSession) -> int:
    return await make_map(session)


async def counted(session: AsyncSession, map_id: int) -> int:
    """What the map says, which is what there is."""
    said = (await session.execute(text("SELECT note_count FROM map WHERE id = :map_id"), {"map_id": map_id})).scalar_one()
    there = (await session.execute(text(f"SELECT {INBOX_COUNT}"), {"map_id": map_id})).scalar_one()
    assert said == there
    return said


async def row(session: AsyncSession, note_id: int) -> dict[str, object]:
    found = await session.execute(text("SELECT topic_id, type_id, scope_id, value FROM occurrence WHERE id = :id"), {"id": note_id})
    return dict(found.one()._mapping)


def digest(source: str) -> bytes:
    return sha256(source.encode()).digest()


async def test_a_note_without_a_topic_lies_in_the_inbox(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    saved = await notes.add_note(session, objects, map_id, None, source="Call the archive\r\n")
    inbox = await notes.find_inbox(session, map_id)
    assert inbox is not None
    assert (await row(session, saved.construct_id))["topic_id"] == inbox.topic_id
    assert await counted(session, map_id) == 1
    assert await read_source(objects, map_id, digest("Call the archive")) == "Call the archive"


async def test_the_same_words_are_kept_once(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    first = await notes.add_note(session, objects, map_id, None, source="Twice")
    second = await notes.add_note(session, objects, map_id, None, source="Twice\n\n")
    assert (second.construct_id, second.change_id) == (first.construct_id, None)
    assert await counted(session, map_id) == 1


@pytest.mark.parametrize("source", ["", "  \n", "x" * 1_000_001])
async def test_an_empty_or_endless_note_is_refused(session: AsyncSession, objects: FolderStore, map_id: int, source: str) -> None:
    with pytest.raises(Invalid):
        await notes.add_note(session, objects, map_id, None, source=source)


async def test_a_topic_has_any_number_of_notes(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    topic = await make_topic(session, map_id, "Tosca")
    for number in range(3):
        await notes.add_note(session, objects, map_id, None, source=f"Note {number}", topic_id=topic)
    assert await counted(session, map_id) == 0
    assert await check_map(session, map_id) == []


async def test_a_note_goes_to_a_topic_and_back_again(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    topic = await make_topic(session, map_id, "Tosca")
    note = await notes.add_note(session, objects, map_id, None, source="Of art")
    attached = await notes.attach_note(session, map_id, None, note.construct_id, topic_id=topic)
    assert attached.construct_id == topic
    assert (await row(session, note.construct_id))["topic_id"] == topic
    assert await counted(session, map_id) == 0
    with pytest.raises(Conflict):
        await notes.attach_note(session, map_id, None, note.construct_id, topic_id=topic)
    await notes.detach_note(session, map_id, None, note.construct_id)
    assert await counted(session, map_id) == 1
    with pytest.raises(Conflict):
        await notes.detach_note(session, map_id, None, note.construct_id)


async def test_a_new_topic_for_a_note_is_one_change_with_it(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    note = await notes.add_note(session, objects, map_id, None, source="Of art")
    attached = await notes.attach_note(session, map_id, None, note.construct_id, name="Tosca")
    assert await topics.resolve(session, map_id, "Tosca") is not None
    assert attached.version == note.version + 1
    assert attached.change_id is not None
    await history.undo(session, map_id, None, attached.change_id)
    assert await topics.resolve(session, map_id, "Tosca") is None
    assert await counted(session, map_id) == 1


async def test_two_equal_notes_become_one_where_they_meet(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    topic = await make_topic(session, map_id, "Tosca")
    await notes.add_note(session, objects, map_id, None, source="Same", topic_id=topic)
    note = await notes.add_note(session, objects, map_id, None, source="Same")
    attached = await notes.attach_note(session, map_id, None, note.construct_id, topic_id=topic)
    assert await counted(session, map_id) == 0
    assert attached.change_id is not None
    await history.undo(session, map_id, None, attached.change_id)
    assert await counted(session, map_id) == 1


async def test_a_note_becomes_a_topic_with_its_text_in_one_change(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    source = "# Tosca\n\nAn opera."
    note = await notes.add_note(session, objects, map_id, None, source=source)
    about = (await base_ids(session, map_id, ["location"]))["location"]
    await add_occurrence(session, map_id, None, note.construct_id, type_id=about, value="found in a box")
    proposal = notes.proposal_of(source)
    made = await notes.convert_note(
        session, objects, map_id, None, note.construct_id, name=proposal.name, source=proposal.text, expected=digest(source)
    )
    text_type = (await base_ids(session, map_id, ["text"]))["text"]
    now = await row(session, note.construct_id)
    assert (now["topic_id"], now["type_id"]) == (made.construct_id, text_type)
    assert now["value"] == f"sha256:{digest('An opera.').hex()}"
    assert await counted(session, map_id) == 0
    assert await check_map(session, map_id) == []
    assert made.change_id is not None
    await history.undo(session, map_id, None, made.change_id)
    assert (await row(session, note.construct_id))["value"] == f"sha256:{digest(source).hex()}"
    assert await counted(session, map_id) == 1
    assert await topics.resolve(session, map_id, "Tosca") is None
    assert await check_map(session, map_id) == []


async def test_a_note_of_one_line_leaves_a_topic_without_a_text(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    note = await notes.add_note(session, objects, map_id, None, source="Tosca")
    made = await notes.convert_note(session, objects, map_id, None, note.construct_id, name="Tosca", source="", expected=digest("Tosca"))
    with pytest.raises(NotFound):
        await notes.require_note(session, map_id, note.construct_id)
    assert made.change_id is not None
    await history.undo(session, map_id, None, made.change_id)
    assert await counted(session, map_id) == 1


async def test_nothing_written_meanwhile_is_lost(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    note = await notes.add_note(session, objects, map_id, None, source="one two three")
    await notes.edit_note(session, objects, map_id, None, note.construct_id, source="ONE two three", expected=digest("one two three"))
    with pytest.raises(Stale) as stale:
        await notes.edit_note(session, objects, map_id, None, note.construct_id, source="one two THREE", expected=digest("one two three"))
    assert stale.value.merged.text == "ONE two THREE"
    assert stale.value.current == digest("ONE two three")
    with pytest.raises(Stale):
        await notes.convert_note(session, objects, map_id, None, note.construct_id, name="X", source="", expected=digest("one two three"))


async def test_a_note_written_empty_is_deleted_and_comes_back(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    note = await notes.add_note(session, objects, map_id, None, source="Here")
    saved = await notes.edit_note(session, objects, map_id, None, note.construct_id, source=" ", expected=digest("Here"))
    assert await counted(session, map_id) == 0
    assert [(each.op, each.label) for each in await history.trash(session, map_id)] == [("note.delete", "Here")]
    assert saved.change_id is not None
    await history.undo(session, map_id, None, saved.change_id)
    assert await counted(session, map_id) == 1


async def test_a_note_changes_its_contexts(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    theme = await make_topic(session, map_id, "Libretto")
    note = await notes.add_note(session, objects, map_id, None, source="Here")
    await notes.edit_note(session, objects, map_id, None, note.construct_id, source="Here", expected=digest("Here"), scope_ids=[theme])
    assert (await row(session, note.construct_id))["scope_id"] != 0
    assert await counted(session, map_id) == 1


async def test_a_text_is_no_note(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    topic = await make_topic(session, map_id, "Tosca")
    saved = await save_text(session, objects, map_id, None, topic, source="A text", expected=None)
    for deed in (
        notes.delete_note(session, map_id, None, saved.construct_id),
        notes.attach_note(session, map_id, None, saved.construct_id, topic_id=topic),
        notes.detach_note(session, map_id, None, saved.construct_id),
        notes.edit_note(session, objects, map_id, None, saved.construct_id, source="x", expected=digest("A text")),
    ):
        with pytest.raises(NotFound):
            await deed


async def test_a_value_of_another_program_is_a_note_too(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    inbox = await notes.find_inbox(session, map_id)
    assert inbox is not None
    theirs = text("INSERT INTO occurrence (map_id, topic_id, type_id, value) VALUES (:m, :t, :y, 'plain words') RETURNING id")
    given = {"m": map_id, "t": inbox.topic_id, "y": inbox.note_type_id}
    note_id = (await session.execute(theirs, given)).scalar_one()
    await notes.edit_note(session, objects, map_id, None, note_id, source="plain words, and more", expected=digest("plain words"))
    assert (await row(session, note_id))["value"] == f"sha256:{digest('plain words, and more').hex()}"
    assert await counted(session, map_id) == 1


async def test_the_doctor_finds_a_wrong_count_and_reindexing_puts_it_right(
    session: AsyncSession, objects: FolderStore, map_id: int
) -> None:
    await notes.add_note(session, objects, map_id, None, source="Here")
    await session.execute(text("UPDATE map SET note_count = 7 WHERE id = :map_id"), {"map_id": map_id})
    assert [finding.kind for finding in await check_map(session, map_id)] == ["note-count"]
    await reindex_map(session, objects, map_id)
    assert await counted(session, map_id) == 1
    assert await check_map(session, map_id) == []


XTM = """<topicMap xmlns="http://www.topicmaps.org/xtm/" version="2.1">
  <topic id="inbox"><subjectIdentifier href="urn:contextualise:base:notes"/>
    <occurrence><type><topicRef href="#note"/></type><resourceData>plain words</resourceData></occurrence>
    <occurrence><type><topicRef href="#note"/></type><resourceData>more words</resourceData></occurrence>
    <occurrence><type><topicRef href="#other"/></type><resourceData>no note</resourceData></occurrence></topic>
  <topic id="note"><subjectIdentifier href="urn:contextualise:base:note"/></topic>
  <topic id="other"><occurrence><type><topicRef href="#note"/></type><resourceData>on a topic</resourceData></occurrence></topic>
</topicMap>"""


async def test_notes_of_an_imported_map_are_counted(session: AsyncSession) -> None:
    progress = Progress()
    reading = await read_file(BytesIO(XTM.encode()), file_name="notes.xtm", megabytes=1, progress=progress)
    made = await import_map(session, reading, owner_id=await make_user(session), title="Notes", progress=progress)
    assert await counted(session, made.map_id) == 2
    assert await check_map(session, made.map_id) == []


@dataclass
class World:
    """A map whose notes are moved about at random."""

    session: AsyncSession
    objects: FolderStore
    map_id: int
    inbox: notes.Inbox
    own: list[int]
    changes: list[int] = field(default_factory=list)

    async def note(self, random: Random) -> tuple[int, bytes]:
        """Any note, or a number that none has."""
        found = await self.session.execute(
            text("SELECT id, sha256 FROM occurrence WHERE map_id = :m AND type_id = :y ORDER BY id"),
            {"m": self.map_id, "y": self.inbox.note_type_id},
        )
        there = found.all()
        return tuple(random.choice(there)) if there else (0, b"")  # type: ignore[return-value]  # the two columns

    def deeds(self, random: Random, note_id: int, sha: bytes, step: int) -> Sequence[Callable[[], Awaitable[Saved]]]:
        """What may be done next."""
        place, objects = (self.session, self.map_id, None), self.objects
        writing = (self.session, objects, self.map_id, None)
        topic, words = random.choice([*self.own, self.inbox.topic_id]), f"words {random.randrange(6)}"
        name, rest = f"Made {step}", words if step % 2 else ""
        return (
            lambda: notes.add_note(*writing, source=words),
            lambda: notes.add_note(*writing, source=words, topic_id=topic),
            lambda: notes.edit_note(*writing, note_id, source=words, expected=sha),
            lambda: notes.attach_note(*place, note_id, topic_id=topic),
            lambda: notes.attach_note(*place, note_id, name=name),
            lambda: notes.detach_note(*place, note_id),
            lambda: notes.delete_note(*place, note_id),
            lambda: notes.convert_note(*writing, note_id, name=name, source=rest, expected=sha),
            lambda: delete_occurrence(*place, note_id),
            lambda: topics.merge_topics(*place, random.choice([self.inbox.topic_id, self.own[0]]), topic),
            lambda: topics.delete_topic(*place, topic),
            lambda: history.undo(*place, random.choice(self.changes) if self.changes else 0),
            lambda: history.undo(*place, self.changes[-1] if self.changes else 0),
        )


@pytest.mark.parametrize("seed", range(12))
async def test_the_count_is_exact_whatever_is_done(session: AsyncSession, objects: FolderStore, map_id: int, seed: int) -> None:
    """Notes added, moved, converted and deleted, their topics merged and deleted, all of it undone and done again."""
    random = Random(seed)
    inbox = await notes.find_inbox(session, map_id)
    assert inbox is not None
    world = World(session, objects, map_id, inbox, [await make_topic(session, map_id, name) for name in ("Tosca", "Rome", "Act")])
    for step in range(40):
        deed = random.choice(world.deeds(random, *await world.note(random), step))
        try:
            async with session.begin_nested():
                saved = await deed()
        except DomainError:
            continue
        world.changes += [saved.change_id] if saved.change_id else []
        await counted(session, map_id)
    assert world.changes
    assert await check_map(session, map_id) == []
