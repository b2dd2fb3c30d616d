from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.associations import quick_association
from contextualise.domain.content import rendition_key
from contextualise.domain.doctor import check_map, check_objects, check_storage, reindex_map
from contextualise.domain.names import add_variant
from contextualise.domain.occurrences import add_occurrence, delete_occurrence
from contextualise.domain.texts import content_key, put_content, save_text
from contextualise.domain.topics import add_identifier, rename_topic
from contextualise.objects import FolderStore
from tests.factories import base, make_map, make_topics


@pytest.fixture
def objects(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
async def map_id(session: AsyncSession, objects: FolderStore) -> int:
    """A sound map with something of everything."""
    map_id = await make_map(session)
    a, b, year = await make_topics(session, map_id, "Tosca", "Rome", "year")
    await rename_topic(session, map_id, None, a, slug="floria")
    await add_identifier(session, map_id, None, a, iri="https://example.org/tosca")
    name = (await session.execute(text("SELECT id FROM name WHERE topic_id = :t"), {"t": a})).scalar_one()
    await add_variant(session, map_id, None, name, value="tosca", scope_ids=[b])
    link = (await quick_association(session, map_id, None, a, b)).construct_id
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    await add_occurrence(session, map_id, None, link, type_id=year, value="1900", datatype=integer)
    await save_text(session, objects, map_id, None, a, source="In [[Rome]] and [[Nowhere]].", expected=None)
    return map_id


FAULTS = {
    "identifier-of-nothing": "INSERT INTO identifier (map_id, kind, iri, construct_id) VALUES (:m, 1, 'urn:x', 999999)",
    "reification-of-nothing": "UPDATE reification SET kind = 'o' WHERE map_id = :m AND kind = 'a'",
    "hidden-without-statement": "DELETE FROM reification WHERE map_id = :m AND kind = 'a'",
    "owner-as-member": "INSERT INTO map_member (map_id, user_id, mode) SELECT id, owner_id, 'edit' FROM map WHERE id = :m",
    "map-without-topic": "DELETE FROM reification WHERE map_id = :m AND kind = 'm'",
    "association-signature": "UPDATE association SET sig = gen_random_uuid() WHERE map_id = :m",
    "association-empty": "INSERT INTO association (map_id, type_id, sig) SELECT :m, type_id, gen_random_uuid() FROM association"
    " WHERE map_id = :m LIMIT 1",
    "role-copies": "UPDATE role SET association_scope_id = 7 WHERE map_id = :m",
    "scope-key": "UPDATE scope SET key = '1.2' WHERE map_id = :m AND id <> 0",
    "variant-scope": "UPDATE variant SET scope_id = 0 WHERE map_id = :m",
    "topics-equal": "INSERT INTO identifier (map_id, kind, iri, construct_id) SELECT :m, 3, 'https://example.org/tosca', id FROM topic"
    " WHERE map_id = :m AND slug = 'rome'",
    "address-taken": "UPDATE topic SET slug = 'tosca' WHERE map_id = :m AND slug = 'rome'",
    "base-topic-unknown": "UPDATE topic SET is_base = true WHERE map_id = :m AND slug = 'rome'",
    "content-of-occurrence": "UPDATE occurrence SET value = 'sha256:00' WHERE map_id = :m AND sha256 IS NOT NULL",
    "use-missing": "DELETE FROM content_use WHERE map_id = :m",
    "deleted-without-content": "UPDATE change SET rows = rows ||"
    """ '[{"table": "occurrence", "before": {"id": 1, "sha256": "\\\\x00"}, "after": null}]' WHERE map_id = :m AND version = 2""",
    "use-idle": "INSERT INTO content_use SELECT map_id, sha256, 999999 FROM content WHERE map_id = :m",
    "content-unneeded": "INSERT INTO content (map_id, sha256, media_type, bytes) VALUES (:m, '\\x00', 'text/plain', 1)",
    "label": "UPDATE topic SET label = 'other' WHERE map_id = :m AND slug = 'rome'",
    "topic-count": "UPDATE map SET topic_count = 99 WHERE id = :m",
    "note-count": "UPDATE map SET note_count = 7 WHERE id = :m",
    "link-meaning": "UPDATE content_link SET topic_id = NULL WHERE map_id = :m",
    "versions": "UPDATE map SET version = version + 1 WHERE id = :m",
    "undone-by": "UPDATE change SET undone_by = 7 WHERE map_id = :m AND version = 2",
    "comment-without-thread": "INSERT INTO comment (map_id, thread_id, construct_id, origin_id, topic_id, kind, body, html)"
    " SELECT :m, 999999, id, id, id, 'topic', 'x', 'x' FROM topic WHERE map_id = :m AND slug = 'rome'",
    "comment-astray": "INSERT INTO comment (map_id, id, thread_id, construct_id, origin_id, topic_id, kind, body, html)"
    " SELECT :m, CASE slug WHEN 'rome' THEN 900001 ELSE 900002 END, 900001, id, id, id, 'topic', 'x', 'x' FROM topic"
    " WHERE map_id = :m AND slug IN ('rome', 'year')",
    "comment-of-nothing": "INSERT INTO comment (map_id, id, thread_id, construct_id, origin_id, topic_id, kind, body, html)"
    " SELECT :m, 900001, 900001, 999999, 999999, id, 'topic', 'x', 'x' FROM topic WHERE map_id = :m AND slug = 'rome'",
    "base-topics-missing": "DELETE FROM identifier WHERE map_id = :m AND iri = 'urn:contextualise:base:process'",
    "name-key": "UPDATE name SET key = 'x' WHERE map_id = :m AND value = 'Rome'",
    "value-projection": "UPDATE occurrence SET num = 7 WHERE map_id = :m AND num = 1900",
    "link-key": "UPDATE content_link SET slug = 'x' WHERE map_id = :m AND target = 'Nowhere'",
    "scope-unconstrained": None,  # foreign keys of every map with a name keep it
}


async def test_a_sound_map_has_no_findings(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    assert await check_map(session, map_id) == []
    assert await check_objects(session, objects, [map_id]) == []


@pytest.mark.parametrize("kind", [kind for kind, fault in FAULTS.items() if fault])
async def test_each_fault_is_found(session: AsyncSession, map_id: int, kind: str) -> None:
    await session.execute(text(FAULTS[kind] or ""), {"m": map_id})
    found = {finding.kind: finding for finding in await check_map(session, map_id)}
    assert kind in found
    assert found[kind].count >= 1
    assert found[kind].examples


def test_no_invariant_goes_untried() -> None:
    from contextualise.repository.doctor import INVARIANTS

    assert set(INVARIANTS) <= set(FAULTS)


async def test_what_is_left_over_is_no_fault(session: AsyncSession, map_id: int) -> None:
    for kind in ("use-idle", "content-unneeded"):
        await session.execute(text(FAULTS[kind] or ""), {"m": map_id})
    assert {finding.kind: finding.is_fault for finding in await check_map(session, map_id)} == {
        "use-idle": False,
        "content-unneeded": False,
    }


async def test_a_deleted_text_is_no_leftover(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    (row,) = (await session.execute(text("SELECT id FROM occurrence WHERE map_id = :m AND sha256 IS NOT NULL"), {"m": map_id})).scalars()
    await delete_occurrence(session, map_id, None, row)
    assert await check_map(session, map_id) == []
    assert await check_objects(session, objects, [map_id]) == []


async def test_smaller_pictures_are_compared_with_the_store(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    await session.execute(
        text(
            "INSERT INTO rendition (map_id, sha256, width, height, media_type, bytes)"
            " SELECT map_id, sha256, w, 10, 'image/webp', 5 FROM content, unnest(ARRAY[320, 640]) AS w WHERE map_id = :m"
        ),
        {"m": map_id},
    )
    digest = bytes((await session.execute(text("SELECT sha256 FROM content WHERE map_id = :m"), {"m": map_id})).scalar_one())
    await objects.put(rendition_key(map_id, digest, 320), b"four", "image/webp")
    await objects.put(rendition_key(map_id, digest, 1280), b"left", "image/webp")
    found = {finding.kind: finding.examples for finding in await check_objects(session, objects, [map_id])}
    assert found == {
        "rendition-missing": [rendition_key(map_id, digest, 640)],
        "object-size": [rendition_key(map_id, digest, 320)],
        "object-unneeded": [rendition_key(map_id, digest, 1280)],
    }


async def test_what_lies_in_the_store_is_told_by_map(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    await objects.put("incoming/abc", b"half", "text/plain")
    size = (await session.execute(text("SELECT sum(bytes) FROM content WHERE map_id = :m"), {"m": map_id})).scalar_one()
    usage = (await check_storage(session, objects, [map_id])).usage
    assert [(each.map_id, each.objects, each.bytes) for each in usage] == [(0, 1, 4), (map_id, 1, size)]


async def test_lost_and_left_over_objects_are_told(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    digest = (await session.execute(text("SELECT sha256 FROM content WHERE map_id = :m"), {"m": map_id})).scalar_one()
    await objects.delete(content_key(map_id, bytes(digest)))
    await put_content(objects, map_id, b"nobody's", "text/plain")
    found = {finding.kind: finding for finding in await check_objects(session, objects, [map_id])}
    assert set(found) == {"object-missing", "object-unneeded"}
    assert found["object-missing"].is_fault and not found["object-unneeded"].is_fault


async def test_reindexing_mends_all_projections_and_changes_nothing_else(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    before = (await session.execute(text("SELECT html, plain FROM content WHERE map_id = :m"), {"m": map_id})).one()
    for kind in ("role-copies", "use-missing", "label", "topic-count", "link-meaning", "name-key", "value-projection", "link-key"):
        await session.execute(text(FAULTS[kind] or ""), {"m": map_id})
    await session.execute(text("UPDATE content SET html = '', plain = '' WHERE map_id = :m"), {"m": map_id})
    version = (await session.execute(text("SELECT version FROM map WHERE id = :m"), {"m": map_id})).scalar_one()
    assert await reindex_map(session, objects, map_id) == []
    assert await check_map(session, map_id) == []
    assert (await session.execute(text("SELECT html, plain FROM content WHERE map_id = :m"), {"m": map_id})).one() == before
    assert (await session.execute(text("SELECT version FROM map WHERE id = :m"), {"m": map_id})).scalar_one() == version


async def test_reindexing_gives_an_old_map_the_new_base_topics(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    process = await base(session, map_id, "process")
    await session.execute(text("DELETE FROM identifier WHERE map_id = :m AND construct_id = :p"), {"m": map_id, "p": process})
    await session.execute(text("UPDATE topic SET is_base = false WHERE map_id = :m AND id = :p"), {"m": map_id, "p": process})
    await reindex_map(session, objects, map_id)
    slug = (await session.execute(text("SELECT slug FROM topic WHERE id = :i"), {"i": await base(session, map_id, "process")})).scalar_one()
    assert slug == "process-2"
    assert [finding.kind for finding in await check_map(session, map_id)] in ([], ["topic-count"])


async def test_a_text_whose_object_is_lost_is_told_and_stays_readable(session: AsyncSession, objects: FolderStore, map_id: int) -> None:
    digest = bytes((await session.execute(text("SELECT sha256 FROM content WHERE map_id = :m"), {"m": map_id})).scalar_one())
    await objects.delete(content_key(map_id, digest))
    assert [digest.hex() in line for line in await reindex_map(session, objects, map_id)] == [True]
    assert (await session.execute(text("SELECT html FROM content WHERE map_id = :m"), {"m": map_id})).scalar_one()
