"""Takes the place of a file on this machine out of the addresses that were made absolute against it."""

from contextualise.interchange.records import TopicMap
from contextualise.interchange.subjects import ANY_URI


def rebase(source: TopicMap, old: str, new: str) -> None:
    """Let every address of the map that begins with `old` begin with `new`."""

    def moved(iri: str) -> str:
        return new + iri[len(old) :] if iri.startswith(old) else iri

    for topic in source.topics:
        for iris in (topic.subject_identifiers, topic.subject_locators, topic.item_identifiers):
            iris[:] = map(moved, iris)
    for statement in source.statements():
        if statement.item_identifiers:
            statement.item_identifiers = tuple(map(moved, statement.item_identifiers))
    for occurrence in source.occurrences:
        if occurrence.datatype == ANY_URI:
            occurrence.value = moved(occurrence.value)
    source.item_identifiers = tuple(map(moved, source.item_identifiers))
