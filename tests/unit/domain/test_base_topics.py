from contextualise.domain.base_topics import BASE_TOPICS, BY_SLUG, RESERVED_ASSOCIATIONS
from contextualise.lib.slugs import RESERVED, slugify


def test_addresses_and_identifiers_are_unique_and_in_their_normal_form() -> None:
    assert len({base.slug for base in BASE_TOPICS}) == len({base.psi for base in BASE_TOPICS}) == len(BASE_TOPICS)
    assert [base.slug for base in BASE_TOPICS if slugify(base.slug) != base.slug or base.slug in RESERVED] == []


def test_types_are_base_topics_themselves() -> None:
    assert {slug for base in BASE_TOPICS for slug in base.types} <= set(BY_SLUG)
    assert set(RESERVED_ASSOCIATIONS) <= set(BY_SLUG)


def test_standards_words_have_the_standards_identifiers() -> None:
    assert BY_SLUG["type-instance"].psi == "http://psi.topicmaps.org/iso13250/model/type-instance"
    assert BY_SLUG["related"].psi == "http://www.w3.org/2004/02/skos/core#related"
    assert BY_SLUG["deu"].psi == "http://www.topicmaps.org/xtm/1.0/language.xtm#de"
    assert BY_SLUG["home"].psi == "urn:contextualise:base:home"


def test_the_original_47_are_all_there() -> None:
    original = [
        "universal",
        "home",
        "entity",
        "topic",
        "association",
        "occurrence",
        "navigation",
        "member",
        "category",
        "categorization",
        "tag",
        "tags",
        "note",
        "notes",
        "broader",
        "narrower",
        "related",
        "parent",
        "child",
        "previous",
        "next",
        "up",
        "down",
        "image",
        "video",
        "audio",
        "file",
        "url",
        "text",
        "3d-scene",
        "string",
        "number",
        "timestamp",
        "boolean",
        "temporal",
        "temporal-event",
        "temporal-era",
        "location",
        "geographic-coordinates",
        "eng",
        "spa",
        "nld",
        "inclusion",
        "characteristic",
        "action",
        "process",
    ]
    assert set(original) <= set(BY_SLUG)
