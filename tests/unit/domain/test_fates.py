from typing import Any

from contextualise.domain.history.fates import missing_for
from contextualise.repository.journal import Entry


def gone(table: str, **row: Any) -> Entry:
    return Entry(table, row, None)


TOPIC = gone("topic", id=1, is_hidden=False)


def test_what_needs_only_what_is_there_or_comes_too_is_not_missing_anything() -> None:
    entries = [TOPIC, gone("name", id=2, topic_id=1, type_id=9, scope_id=0)]
    assert missing_for(entries, {9}) == {}


def test_an_association_waits_with_all_its_roles_for_the_one_player_that_is_gone() -> None:
    entries = [
        TOPIC,
        gone("association", id=3, type_id=9, scope_id=0),
        gone("role", id=4, association_id=3, type_id=9, player_id=1),
        gone("role", id=5, association_id=3, type_id=9, player_id=7),
    ]
    assert missing_for(entries, {9}) == {1: 7, 2: 7, 3: 7}


def test_a_statement_waits_for_the_theme_of_its_scope() -> None:
    entries = [
        TOPIC,
        gone("scope", id=3, key="1.7"),
        gone("scope_theme", scope_id=3, topic_id=1),
        gone("scope_theme", scope_id=3, topic_id=7),
        gone("name", id=2, topic_id=1, type_id=9, scope_id=3),
        gone("variant", id=5, name_id=2, scope_id=3),
    ]
    assert missing_for(entries, {9}) == {1: 7, 2: 7, 3: 7, 4: 7, 5: 7}


def test_a_hidden_reifier_comes_back_only_with_what_it_reified() -> None:
    entries = [
        gone("topic", id=6, is_hidden=True),
        gone("occurrence", id=8, topic_id=6, type_id=9, scope_id=0),
        gone("association", id=3, type_id=9, scope_id=0),
        gone("role", id=4, association_id=3, type_id=9, player_id=7),
        gone("reification", reifier_id=6, construct_id=3, kind="a"),
    ]
    assert set(missing_for(entries, {9})) == {0, 1, 2, 3, 4}
    assert missing_for(entries, {9, 7}) == {}


def test_the_map_itself_is_always_there() -> None:
    assert missing_for([TOPIC, gone("reification", reifier_id=1, construct_id=0, kind="m")], set()) == {}
