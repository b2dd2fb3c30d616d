"""The canonical form (CXTM) of a map in a database, to tell whether two maps are equal."""

import io
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from contextualise.interchange import cxtm
from contextualise.interchange.records import Association, Name, Occurrence, Role, Topic, TopicMap, Variant

BASE = "urn:canonical"


def canonical_form(url: str, map_id: int) -> bytes:
    """Every construct of a map, its identity, scope and reification, in canonical form; every topic has an identifier of its id."""
    with psycopg.connect(url) as connection:
        return canonical_form_on(connection, map_id)


def canonical_form_on(connection: psycopg.Connection[Any], map_id: int) -> bytes:
    """The same on a connection."""
    out = io.BytesIO()
    cxtm.write(_read(connection, map_id), out)
    return out.getvalue()


def _read(connection: psycopg.Connection[Any], map_id: int) -> TopicMap:
    def rows(table: str, columns: str) -> Iterator[tuple[Any, ...]]:
        statement = sql.SQL("SELECT " + columns + " FROM {} WHERE map_id = %s ORDER BY 1").format(sql.Identifier(table))
        yield from connection.execute(statement, [map_id]).fetchall()

    scopes: dict[int, frozenset[int]] = {0: frozenset()}
    for scope, theme in rows("scope_theme", "scope_id, topic_id"):
        scopes[scope] = scopes.get(scope, frozenset()) | {theme}
    reifiers = dict(rows("reification", "construct_id, reifier_id"))
    found = TopicMap(BASE, reifier=reifiers.get(0))
    topics = {topic: Topic(topic, item_identifiers=[f"{BASE}:topic:{topic}"]) for (topic,) in rows("topic", "id")}
    for construct, kind, iri in rows("identifier", "construct_id, kind, iri"):
        if construct in topics:
            of = topics[construct]
            (of.subject_identifiers, of.subject_locators, of.item_identifiers)[kind - 1].append(iri)
    found.topics = list(topics.values())
    found.names = [
        Name(name, topic, type_, scopes[scope], value, reifier=reifiers.get(name))
        for name, topic, type_, scope, value in rows("name", "id, topic_id, type_id, scope_id, value")
    ]
    found.variants = [
        Variant(variant, name, scopes[scope], datatype, value, reifier=reifiers.get(variant))
        for variant, name, scope, datatype, value in rows("variant", "id, name_id, scope_id, datatype, value")
    ]
    found.occurrences = [
        Occurrence(each, topic, type_, scopes[scope], datatype, value, reifier=reifiers.get(each))
        for each, topic, type_, scope, datatype, value in rows("occurrence", "id, topic_id, type_id, scope_id, datatype, value")
    ]
    found.associations = [
        Association(each, type_, scopes[scope], reifier=reifiers.get(each))
        for each, type_, scope in rows("association", "id, type_id, scope_id")
    ]
    found.roles = [
        Role(each, association, type_, player, reifier=reifiers.get(each))
        for each, association, type_, player in rows("role", "id, association_id, type_id, player_id")
    ]
    return found
