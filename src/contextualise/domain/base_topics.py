"""The topics that every map has from its first day: the words of the standard and of the screens.

They have published subject identifiers, so that the base topics of two maps are the same subjects wherever maps meet, and they are
found by those: an address may differ in a map where a person's topic had it first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.addresses import free_slug
from contextualise.repository import identifiers, reification, scopes, topics
from contextualise.repository.identifiers import Kind
from contextualise.repository.journal import Journal
from contextualise.repository.names import LANGUAGES, name_key
from contextualise.repository.tables import Name, Topic, TopicType

TMDM = "http://psi.topicmaps.org/iso13250/model/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OWN = "urn:contextualise:base:"


@dataclass(frozen=True, slots=True)
class BaseTopic:
    """A base topic: its address, English name, published subject identifier and the addresses of its types."""

    slug: str
    name: str
    psi: str
    types: tuple[str, ...] = ()


def _own(slug: str, name: str, *types: str) -> BaseTopic:
    return BaseTopic(slug, name, OWN + slug, types)


def _standard(slug: str, name: str, *types: str) -> BaseTopic:
    return BaseTopic(slug, name, TMDM + slug, types)


def _skos(slug: str, name: str) -> BaseTopic:
    return BaseTopic(slug, name, SKOS + slug)


def _language(slug: str, code: str, name: str) -> BaseTopic:
    return BaseTopic(slug, name, LANGUAGES + code, ("language",))


BASE_TOPICS: tuple[BaseTopic, ...] = (
    # The standard's own (TMDM 7)
    _standard("topic-name", "Topic name"),
    _standard("type-instance", "Type–instance", "association"),
    _standard("type", "Type"),
    _standard("instance", "Instance"),
    _standard("supertype-subtype", "Supertype–subtype", "association"),
    _standard("supertype", "Supertype"),
    _standard("subtype", "Subtype"),
    _standard("sort", "Sort order"),
    # What the product is made of
    _own("universal", "Universal"),
    _own("home", "Home"),
    _own("entity", "Entity"),
    _own("topic", "Topic"),
    _own("association", "Association"),
    _own("occurrence", "Occurrence"),
    _own("attribute", "Attribute"),
    # Association types and their roles
    _own("navigation", "Navigation", "association"),
    _own("path", "Knowledge path"),
    _own("previous", "Previous"),
    _own("next", "Next"),
    _own("up", "Up"),
    _own("down", "Down"),
    _own("categorization", "Categorization", "association"),
    _own("member", "Member"),
    _own("category", "Category"),
    _own("tag", "Tag"),
    _own("tags", "Tags"),
    _skos("broader", "Broader"),
    _skos("narrower", "Narrower"),
    _skos("related", "Related"),
    _own("parent", "Parent"),
    _own("child", "Child"),
    _own("inclusion", "Inclusion", "association"),
    _own("characteristic", "Characteristic", "association"),
    _own("action", "Action", "association"),
    _own("process", "Process", "association"),
    # Occurrence types
    _own("text", "Text", "occurrence"),
    _own("note", "Note", "occurrence"),
    _own("notes", "Notes"),
    _own("image", "Image", "occurrence"),
    _own("video", "Video", "occurrence"),
    _own("audio", "Audio", "occurrence"),
    _own("file", "File", "occurrence"),
    _own("url", "Link", "occurrence"),
    _own("3d-scene", "3D scene", "occurrence"),
    _own("temporal", "Temporal", "occurrence"),
    _own("temporal-event", "Event", "occurrence"),
    _own("temporal-era", "Era", "occurrence"),
    _own("location", "Location", "occurrence"),
    _own("geographic-coordinates", "Geographic coordinates", "occurrence"),
    # Kinds of values
    _own("string", "String"),
    _own("number", "Number"),
    _own("timestamp", "Timestamp"),
    _own("boolean", "Boolean"),
    # Languages, as themes
    _own("language", "Language"),
    _language("eng", "en", "English"),
    _language("spa", "es", "Spanish"),
    _language("nld", "nl", "Dutch"),
    _language("deu", "de", "German"),
    _language("fra", "fr", "French"),
    _language("ita", "it", "Italian"),
)
"""All base topics; types come by address and may stand anywhere in the list."""

BY_SLUG: Mapping[str, BaseTopic] = {base.slug: base for base in BASE_TOPICS}

RESERVED_ASSOCIATIONS = ("navigation", "categorization")
"""Association types that only paths and tags may use."""


async def base_ids(session: AsyncSession | AsyncConnection, map_id: int, slugs: Collection[str] = BY_SLUG) -> Mapping[str, int]:
    """The ids of base topics of a map by their address in `BASE_TOPICS`; one statement. Those a map lacks are left out."""
    found = await identifiers.subjects(session, map_id, [BY_SLUG[slug].psi for slug in slugs])
    return {slug: found[BY_SLUG[slug].psi] for slug in slugs if BY_SLUG[slug].psi in found}


async def require_base(journal: Journal, *slugs: str) -> Mapping[str, int]:
    """The ids of base topics; those the map lacks (an imported one has none) are made as part of this change."""
    found = dict(await base_ids(journal.session, journal.map_id, slugs))
    missing = [BY_SLUG[slug] for slug in slugs if slug not in found]
    if missing:
        found |= await _make(journal, missing)
    return found


async def plain_name_type(journal: Journal) -> int:
    """The type of plain names (TMDM 7.5), known since the journal was opened; made where the map lacks it."""
    return journal.name_type_id or (await require_base(journal, "topic-name"))["topic-name"]


async def seed(journal: Journal) -> Mapping[str, int]:
    """Give a new map its unconstrained scope and its base topics; `home` stands for the map itself. Returns their ids by address."""
    await scopes.insert_empty(journal.session, journal.map_id)
    ids = await _make(journal, BASE_TOPICS)
    await reification.insert_reification(journal, reifier_id=ids["home"], construct_id=0, kind="m")
    return ids


async def add_missing(journal: Journal) -> Mapping[str, int]:
    """Give an older or imported map the base topics it lacks; returns the ids of all by address.

    A topic that already has the published subject identifier becomes the base topic. One whose address is taken gets the next free one.
    """
    await scopes.insert_empty(journal.session, journal.map_id)
    found = dict(await base_ids(journal.session, journal.map_id))
    await topics.mark_as_base(journal, list(found.values()))
    found |= await _make(journal, [base for base in BASE_TOPICS if base.slug not in found])
    if not await reification.reifiers_of(journal.session, journal.map_id, [0]) and not await reification.reified_by(
        journal.session, journal.map_id, [found["home"]]
    ):
        await reification.insert_reification(journal, reifier_id=found["home"], construct_id=0, kind="m")
    return found


async def language_topic(journal: Journal, code: str) -> int:
    """The topic that stands for a language (a BCP 47 code such as `pt`) in a scope, made where the map lacks it."""
    known = next((base.slug for base in BASE_TOPICS if base.psi == LANGUAGES + code), None)
    if known:
        return (await require_base(journal, known))[known]
    found = await identifiers.subjects(journal.session, journal.map_id, [LANGUAGES + code])
    if found:
        return found[LANGUAGES + code]
    base = BaseTopic(f"language-{code.lower()}", code, LANGUAGES + code, ("language",))
    return (await _make(journal, [base]))[base.slug]


async def _make(journal: Journal, wanted: Sequence[BaseTopic]) -> Mapping[str, int]:
    """Insert base topics with their names, identifiers and types; returns their ids by the address in the list."""
    if not wanted:
        return {}
    slugs = {base.slug: await free_slug(journal, base.slug) for base in wanted} if journal.version else {}
    rows = [
        {"slug": slugs.get(base.slug, base.slug), "label": base.name, "sort_key": name_key(base.name), "is_base": True} for base in wanted
    ]
    made = {image["slug"]: image["id"] for image in await journal.insert_many(Topic, rows)}
    ids = {base.slug: made[slugs.get(base.slug, base.slug)] for base in wanted}
    await identifiers.insert_identifiers(journal, [(Kind.SUBJECT_IDENTIFIER, base.psi, ids[base.slug]) for base in wanted])
    needed = {"topic-name", *(slug for base in wanted for slug in base.types)} - set(ids)
    known = ids | (dict(await require_base(journal, *needed)) if needed else {})
    await journal.insert_many(
        Name,
        [
            {"topic_id": ids[base.slug], "type_id": known["topic-name"], "scope_id": 0, "value": base.name, "key": name_key(base.name)}
            for base in wanted
        ],
    )
    types = [(ids[base.slug], known[slug]) for base in wanted for slug in base.types]
    await journal.insert_many(TopicType, [{"topic_id": topic_id, "type_id": type_id} for topic_id, type_id in types])
    return ids
