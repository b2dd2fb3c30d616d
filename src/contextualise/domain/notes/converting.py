"""A note becomes a topic of its own."""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import require_base
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.notes.writing import content_columns, keep_source, refuse_stale, require_note
from contextualise.domain.occurrences import delete_found
from contextualise.domain.texts import cleaned, keep_text
from contextualise.domain.topics.creating import choose_slug, insert_topic
from contextualise.lib.markdown import excerpt, render
from contextualise.objects import ObjectStore
from contextualise.repository import occurrences

LONGEST_NAME = 100  # characters; a first line that is longer is no name but a sentence

_HEADING = re.compile(r"[ ]{0,3}#{1,6}(?:[ \t]+|$)")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-+)[ \t]*$")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a topic made from a note would be called, and the text that it would have."""

    name: str
    text: str


def proposal_of(source: str, title: str | None = None) -> Proposal:
    """The topic that a note seems to be about: called as its title, heading or first line, with the rest as its text.

    A first line that goes on as a sentence stays in the text, and the name is its beginning.
    """
    lines = source.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    first, rest = (lines[start], lines[start + 1 :]) if start < len(lines) else ("", [])
    is_heading = bool(_HEADING.match(first)) or bool(rest and first.strip() and _UNDERLINE.match(rest[0]))
    if rest and is_heading and not _HEADING.match(first):
        rest = rest[1:]
    name = words_of_line(first)
    if title and title.strip():
        same = words_of_line(title).casefold() == name.casefold()
        return Proposal(words_of_line(title), _trimmed(rest) if same else source.strip("\n"))
    stands_alone = is_heading or not rest or not rest[0].strip()
    if stands_alone and len(name) <= LONGEST_NAME:
        return Proposal(name.rstrip(" .:;,") or name, _trimmed(rest))
    return Proposal(excerpt(name, LONGEST_NAME).rstrip("…").rstrip(" .:;,"), source.strip("\n"))


def words_of_line(line: str) -> str:
    """A line of Markdown as it reads, without marks."""
    return " ".join(render(line).plain.split())


def _trimmed(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")


async def convert_note(
    session: AsyncSession,
    objects: ObjectStore,
    map_id: int,
    user_id: int | None,
    note_id: int,
    *,
    name: str,
    source: str,
    expected: bytes | None,
) -> Saved:
    """Make a topic of a note, as one change: the note becomes its text, or goes where no text is left. Returns the id of the topic.

    `expected` is the SHA-256 of the note that the person saw. Raises `Stale`, `Invalid` for the name, `NotFound`.
    """
    name = inputs.line(name, "name", what="a name")
    source = cleaned(source)
    kept = await keep_source(objects, map_id, source, "text") if source else None
    journal = await begin(session, map_id)
    note = await require_note(session, map_id, note_id)
    await refuse_stale(objects, map_id, note, mine=source, expected=expected)
    topic_id = await insert_topic(journal, user_id, name=name, slug=await choose_slug(journal, None, name))
    if kept is None:
        saved = await delete_found(journal, user_id, note, op="note.convert", label=name)
    else:
        digest, text = kept
        await keep_text(journal, objects, source, text)
        columns = {"topic_id": topic_id, "type_id": (await require_base(journal, "text"))["text"], "title": None}
        await occurrences.update_occurrence(journal, user_id, note_id, **columns, **content_columns(digest))
        saved = await finish(
            journal, user_id=user_id, op="note.convert", construct_id=topic_id, label=name, also=[note["topic_id"]], labelled=[topic_id]
        )
    return Saved(topic_id, saved.change_id, saved.version)
