"""A whole map, read a batch at a time, as the records that formats are written from."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.interchange.records import Association, Name, Occurrence, Role, Scope, Topic, Variant
from contextualise.repository.notes import IN_INBOX

TOPICS = 500
ASSOCIATIONS = 2_000
SUBJECT, LOCATOR, ITEM = 1, 2, 3
_ABOUT_INBOX = f"""(t.is_hidden AND EXISTS (
  SELECT FROM reification r JOIN occurrence o ON o.map_id = r.map_id AND o.id = r.construct_id
  WHERE r.map_id = t.map_id AND r.reifier_id = t.id AND {IN_INBOX}
))"""
"""Whether the topic `t` is only there to carry what is said about a note of the inbox."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A content of a map as its occurrences show it."""

    topic_id: int
    sha256: bytes
    media_type: str
    size: int
    name: str | None
    title: str | None
    alt: str | None


@dataclass(slots=True)
class TopicBatch:
    """Some topics with all that is said of them alone; `contents` are the hashes of occurrences whose value is a content."""

    topics: list[Topic]
    types: dict[int, list[int]]
    names: dict[int, list[Name]]
    variants: dict[int, list[Variant]]
    occurrences: dict[int, list[Occurrence]]
    contents: dict[int, tuple[bytes, str | None]] = field(default_factory=dict)


@dataclass(slots=True)
class AssociationBatch:
    """Some associations with their roles."""

    associations: list[Association]
    roles: dict[int, list[Role]]


class MapReader:
    """Reads one map as it stood when the transaction began: nothing that is written meanwhile is seen in a part of it.

    `for_readers` leaves out the notes of the inbox with all that is said about them, which are for those who may edit.
    """

    def __init__(self, session: AsyncSession, map_id: int, *, for_readers: bool = False) -> None:
        self._session = session
        self._told = f"AND NOT {IN_INBOX}" if for_readers else ""
        self._told_of = f"AND NOT {_ABOUT_INBOX}" if for_readers else ""
        self._map_id = map_id
        self._scopes: dict[int, Scope] = {0: frozenset()}
        self._references: dict[int, tuple[int, str] | None] = {}

    async def begin(self) -> None:
        """Settle on a moment; call it first in the transaction."""
        await self._session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        for scope_id, themes in await self._rows("SELECT scope_id, array_agg(topic_id) FROM scope_theme WHERE map_id = :map_id GROUP BY 1"):
            self._scopes[scope_id] = frozenset(themes)

    async def about_map(self) -> tuple[tuple[str, ...], int | None]:
        """Item identifiers and reifier of the map itself."""
        items = await self._rows("SELECT iri FROM identifier WHERE map_id = :map_id AND construct_id = 0 ORDER BY iri")
        reifier = await self._rows("SELECT reifier_id FROM reification WHERE map_id = :map_id AND construct_id = 0")
        return tuple(row[0] for row in items), next((row[0] for row in reifier), None)

    async def topics(self) -> AsyncIterator[TopicBatch]:
        """All topics, the oldest first."""
        after = 0
        while ids := [
            row[0]
            for row in await self._rows(
                f"SELECT id FROM topic t WHERE map_id = :map_id AND id > :after {self._told_of} ORDER BY id LIMIT :limit",  # noqa: S608 - a constant
                after=after,
                limit=TOPICS,
            )
        ]:
            yield await self._topic_batch(ids)
            after = ids[-1]

    async def associations(self) -> AsyncIterator[AssociationBatch]:
        """All associations, the oldest first."""
        after = 0
        while rows := await self._rows(
            "SELECT id, type_id, scope_id FROM association WHERE map_id = :map_id AND id > :after ORDER BY id LIMIT :limit",
            after=after,
            limit=ASSOCIATIONS,
        ):
            found = {row[0]: Association(row[0], row[1], self._scopes[row[2]]) for row in rows}
            roles: defaultdict[int, list[Role]] = defaultdict(list)
            for number, association, kind, player in await self._of(
                "SELECT id, association_id, type_id, player_id FROM role WHERE map_id = :map_id AND association_id = ANY(:ids) ORDER BY id",
                found,
            ):
                roles[association].append(Role(number, association, kind, player))
            await self._mark([*found.values(), *(role for several in roles.values() for role in several)])
            yield AssociationBatch(list(found.values()), roles)
            after = rows[-1][0]

    async def references(self, topic_ids: Collection[int]) -> dict[int, tuple[int, str] | None]:
        """The identifier that each topic is best referred to by, with its kind; None for one that has none."""
        unknown = set(topic_ids) - self._references.keys()
        if unknown:
            if len(self._references) > 200_000:
                self._references.clear()
                unknown = set(topic_ids)
            self._references.update(dict.fromkeys(unknown))
            for number, kind, iri in await self._of(
                """
                SELECT DISTINCT ON (construct_id) construct_id, kind, iri FROM identifier
                WHERE map_id = :map_id AND construct_id = ANY(:ids) ORDER BY construct_id, kind, iri
                """,
                unknown,
            ):
                self._references[number] = (kind, iri)
        return {number: self._references[number] for number in topic_ids}

    async def files(self) -> Sequence[FileRow]:
        """Every content that a topic shows and that is no text, once for each occurrence."""
        rows = await self._rows(
            """
            SELECT o.topic_id, o.sha256, c.media_type, c.bytes, o.file_name, o.title, o.alt
            FROM occurrence o JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256
            WHERE o.map_id = :map_id AND o.sha256 IS NOT NULL AND c.media_type <> 'text/markdown' ORDER BY o.id
            """
        )
        return [FileRow(*row) for row in rows]

    async def _topic_batch(self, ids: list[int]) -> TopicBatch:
        topics = {number: Topic(number) for number in ids}
        for number, kind, iri in await self._of(
            "SELECT construct_id, kind, iri FROM identifier WHERE map_id = :map_id AND construct_id = ANY(:ids) ORDER BY kind, iri", ids
        ):
            topic = topics[number]
            {SUBJECT: topic.subject_identifiers, LOCATOR: topic.subject_locators, ITEM: topic.item_identifiers}[kind].append(iri)
        batch = TopicBatch(list(topics.values()), defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
        for number, kind in await self._of(
            "SELECT topic_id, type_id FROM topic_type WHERE map_id = :map_id AND topic_id = ANY(:ids) ORDER BY topic_id, type_id", ids
        ):
            batch.types[number].append(kind)
        names: list[Name] = []
        for number, topic_id, kind, scope, value in await self._of(
            "SELECT id, topic_id, type_id, scope_id, value FROM name WHERE map_id = :map_id AND topic_id = ANY(:ids) ORDER BY id", ids
        ):
            names.append(Name(number, topic_id, kind, self._scopes[scope], value))
            batch.names[topic_id].append(names[-1])
        variants = [
            Variant(number, name, self._scopes[scope], datatype, value)
            for number, name, scope, datatype, value in await self._of(
                "SELECT id, name_id, scope_id, datatype, value FROM variant WHERE map_id = :map_id AND name_id = ANY(:ids) ORDER BY id",
                [name.id for name in names],
            )
        ]
        for variant in variants:
            batch.variants[variant.name].append(variant)
        occurrences: list[Occurrence] = []
        for number, topic_id, kind, scope, datatype, value, sha256, file_name in await self._of(
            f"""
            SELECT o.id, o.topic_id, o.type_id, o.scope_id, o.datatype, o.value, o.sha256, o.file_name
            FROM occurrence o WHERE o.map_id = :map_id AND o.topic_id = ANY(:ids) {self._told} ORDER BY o.position, o.id
            """,  # noqa: S608 - constants
            ids,
        ):
            occurrences.append(Occurrence(number, topic_id, kind, self._scopes[scope], datatype, value))
            batch.occurrences[topic_id].append(occurrences[-1])
            if sha256 is not None:
                batch.contents[number] = (sha256, file_name)
        await self._mark([*names, *variants, *occurrences])
        return batch

    async def _mark(self, statements: Sequence[Name | Variant | Occurrence | Association | Role]) -> None:
        """Add item identifiers and reifiers."""
        by_id = {statement.id: statement for statement in statements}
        for number, reifier in await self._of(
            "SELECT construct_id, reifier_id FROM reification WHERE map_id = :map_id AND construct_id = ANY(:ids)", by_id
        ):
            by_id[number].reifier = reifier
        for number, iri in await self._of(
            "SELECT construct_id, iri FROM identifier WHERE map_id = :map_id AND construct_id = ANY(:ids) ORDER BY iri", by_id
        ):
            by_id[number].item_identifiers = (*by_id[number].item_identifiers, iri)

    async def _of(self, statement: str, ids: Collection[int]) -> Sequence[Any]:
        return await self._rows(statement, ids=list(ids)) if ids else []

    async def _rows(self, statement: str, **values: Any) -> Sequence[Any]:
        return (await self._session.execute(text(statement), {"map_id": self._map_id, **values})).all()
