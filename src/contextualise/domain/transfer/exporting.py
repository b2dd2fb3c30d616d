"""Writes a map of the database as XTM 2.1, a batch at a time: a map of any size takes little memory."""

from collections.abc import AsyncIterator, Callable, Iterable
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.content import content_key
from contextualise.domain.texts import MARKDOWN
from contextualise.interchange.records import Association, Name, Occurrence, Role, Variant
from contextualise.interchange.subjects import ANY_URI
from contextualise.interchange.xtm.writing import HEAD, TAIL, Elements, locator_reference, subject_reference, topic_reference
from contextualise.objects import ObjectMissing, ObjectStore
from contextualise.repository.exporting import LOCATOR, SUBJECT, AssociationBatch, MapReader, TopicBatch

Address = Callable[[bytes, str], str]
"""Where a file is to be found from the document: takes its hash and its name."""


async def write_map(
    session: AsyncSession, objects: ObjectStore, map_id: int, *, address: Address, for_readers: bool = False
) -> AsyncIterator[bytes]:
    """The document, in pieces. Texts stand in it, files are referred to. The session must have done nothing yet, and does nothing else.

    For somebody who may not edit the map, `for_readers`, it is without the inbox. A text whose bytes are lost is left empty.
    Raises `objects.StoreUnavailable`.
    """
    reader = MapReader(session, map_id, for_readers=for_readers)
    await reader.begin()
    writer = _Writer(reader, objects, map_id, address)
    yield HEAD.encode()
    yield (await writer.about_map()).encode()
    async for topics in reader.topics():
        yield (await writer.topics(topics)).encode()
    async for associations in reader.associations():
        yield (await writer.associations(associations)).encode()
    yield TAIL.encode()


def file_path(sha256: bytes, name: str) -> str:
    """The path of a file beside the document; names come twice, hashes do not."""
    return f"files/{sha256.hex()}/{quote(name, safe='')}"


class _Writer:
    def __init__(self, reader: MapReader, objects: ObjectStore, map_id: int, address: Address) -> None:
        self._reader = reader
        self._objects = objects
        self._map_id = map_id
        self._address = address
        self._known: dict[int, tuple[int, str] | None] = {}
        self._elements = Elements(self._reference)

    async def about_map(self) -> str:
        items, reifier = await self._reader.about_map()
        await self._know([] if reifier is None else [reifier])
        return self._elements.map(items, reifier)

    async def topics(self, batch: TopicBatch) -> str:
        await self._fill(batch)
        await self._know(_named_in(batch))
        return "".join(
            self._elements.topic(
                topic,
                identity=None if self._known[topic.id] else _identity(topic.id),
                types=batch.types[topic.id],
                names=[(name, batch.variants[name.id]) for name in batch.names[topic.id]],
                occurrences=batch.occurrences[topic.id],
            )
            for topic in batch.topics
        )

    async def associations(self, batch: AssociationBatch) -> str:
        roles = [role for several in batch.roles.values() for role in several]
        await self._know({*_of_statements([*batch.associations, *roles]), *(role.player for role in roles)})
        return "".join(self._elements.association(association, batch.roles[association.id]) for association in batch.associations)

    async def _know(self, topic_ids: Iterable[int]) -> None:
        self._known = await self._reader.references(set(topic_ids))

    def _reference(self, number: int) -> str:
        known = self._known[number]
        if known is None:
            return topic_reference(f"#{_identity(number)}")
        kind, iri = known
        return {SUBJECT: subject_reference, LOCATOR: locator_reference}.get(kind, topic_reference)(iri)

    async def _fill(self, batch: TopicBatch) -> None:
        """Put texts, and the addresses of files, in the place of hashes."""
        for occurrences in batch.occurrences.values():
            for occurrence in occurrences:
                content = batch.contents.get(occurrence.id)
                if content is None:
                    continue
                sha256, name = content
                if occurrence.datatype == MARKDOWN:
                    occurrence.value = await self._text(sha256)
                else:
                    occurrence.datatype, occurrence.value = ANY_URI, self._address(sha256, name or "file")

    async def _text(self, sha256: bytes) -> str:
        try:
            opened = await self._objects.open(content_key(self._map_id, sha256))
        except ObjectMissing:
            return ""
        return b"".join([chunk async for chunk in opened.chunks]).decode("utf-8", "replace")


def _identity(topic_id: int) -> str:
    return f"t{topic_id}"


def _named_in(batch: TopicBatch) -> set[int]:
    """Every topic that the batch names, its own included."""
    statements: list[Name | Variant | Occurrence] = [
        *(name for several in batch.names.values() for name in several),
        *(variant for several in batch.variants.values() for variant in several),
        *(occurrence for several in batch.occurrences.values() for occurrence in several),
    ]
    kinds = (kind for several in batch.types.values() for kind in several)
    return {*(topic.id for topic in batch.topics), *kinds, *_of_statements(statements)}


def _of_statements(statements: Iterable[Name | Variant | Occurrence | Association | Role]) -> set[int]:
    named: set[int] = set()
    for statement in statements:
        if statement.reifier is not None:
            named.add(statement.reifier)
        if not isinstance(statement, Variant):
            named.add(statement.type)
        if not isinstance(statement, Role):
            named |= statement.scope
    return named
