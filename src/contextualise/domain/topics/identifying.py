"""What tells subjects apart: identifiers that mean the same everywhere (TMDM 5.3)."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.addresses import address_iri
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.lib.iri import is_absolute, normalised
from contextualise.repository import identifiers, topics
from contextualise.repository.identifiers import Kind
from contextualise.repository.topics import TopicRef

MAX_IRI = 2000  # bytes
_RUNS_CODE = ("javascript:", "data:", "vbscript:")


class SameSubject(Conflict):
    """Another topic has this identifier: the two are one subject and can be merged; `topic` is the other one."""

    def __init__(self, topic: TopicRef) -> None:
        super().__init__(f"“{topic.label}” has this identifier, so it is the same subject. Merge the two topics.")
        self.topic = topic


async def add_identifier(
    session: AsyncSession, map_id: int, user_id: int | None, topic_id: int, *, iri: str, kind: Kind = Kind.SUBJECT_IDENTIFIER
) -> Saved:
    """Give a topic an identifier; one it has already changes nothing.

    Raises `Invalid` for what is no absolute IRI, `SameSubject` where the standard makes it and another topic one (the same kind of
    identifier, or a subject identifier that is another's item identifier or the other way round), `Conflict` for a statement's own one.
    """
    iri = _checked(iri)
    journal = await begin(session, map_id)
    if iri.startswith(address_iri(journal.base_iri, "")):
        raise Invalid({"iri": "Addresses of this map are kept by themselves. Rename the topic instead."})
    topic = await inputs.require_topic(session, map_id, topic_id)
    found = await identifiers.find_identifiers(session, map_id, iri)
    if found.get(kind) == topic_id:
        return Saved(topic_id, None, journal.version)
    await _refuse_same(session, map_id, topic_id, kind, found)
    await identifiers.insert_identifiers(journal, [(kind, iri, topic_id)])
    return await finish(journal, user_id=user_id, op="identifier.add", construct_id=topic_id, label=topic.label)


async def remove_identifier(
    session: AsyncSession, map_id: int, user_id: int | None, topic_id: int, *, iri: str, kind: Kind = Kind.SUBJECT_IDENTIFIER
) -> Saved:
    """Take an identifier from a topic; raises `NotFound`, and `Conflict` for a base topic's own and for a former address."""
    journal = await begin(session, map_id)
    topic = await inputs.require_topic(session, map_id, topic_id)
    if (await identifiers.find_identifiers(session, map_id, iri)).get(kind) != topic_id:
        raise NotFound("This topic has no such identifier.")
    if topic.is_base and kind is Kind.SUBJECT_IDENTIFIER:
        raise Conflict(f"“{topic.label}” is a base topic: it is known by its identifiers.")
    if kind is Kind.ITEM_IDENTIFIER and iri.startswith(address_iri(journal.base_iri, "")):
        raise Conflict("This is a former address of the topic, which goes on leading to it.")
    await identifiers.delete_identifier(journal, kind, iri)
    return await finish(journal, user_id=user_id, op="identifier.remove", construct_id=topic_id, label=topic.label)


async def _refuse_same(session: AsyncSession, map_id: int, topic_id: int, kind: Kind, found: Mapping[Kind, int]) -> None:
    crossed = {Kind.SUBJECT_IDENTIFIER: Kind.ITEM_IDENTIFIER, Kind.ITEM_IDENTIFIER: Kind.SUBJECT_IDENTIFIER}
    rivals = [found[other] for other in (kind, crossed.get(kind)) if other is not None and other in found]
    others = await topics.find_topics(session, map_id, set(rivals) - {topic_id})
    for rival in others.values():
        raise SameSubject(rival)
    if kind in found:
        raise Conflict("A statement of this map has this identifier.")


def _checked(iri: str) -> str:
    iri = normalised(iri.strip())
    if not iri or not is_absolute(iri) or iri.lower().startswith(_RUNS_CODE):
        raise Invalid({"iri": "Write a whole address, such as https://www.wikidata.org/entity/Q1."})
    if len(iri.encode("utf-8", "surrogatepass")) > MAX_IRI:
        raise Invalid({"iri": f"Use at most {MAX_IRI:,} bytes."})
    return iri
