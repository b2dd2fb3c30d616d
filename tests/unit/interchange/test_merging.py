"""Equality and merging of ISO 13250-2."""

import itertools

import pytest

from contextualise.interchange import InterchangeError
from contextualise.interchange.building import MapBuilder
from contextualise.interchange.limits import Limits
from contextualise.interchange.merging import MAX_PASSES, MergeConflict, merge
from contextualise.interchange.records import Topic, TopicMap
from contextualise.interchange.topics import TopicUnion
from tests.unit.interchange.support import BASE, canonical, reading, xtm21

TYPE = '<type><topicRef href="#type"/></type>'


def topic(body: str = "", identifier: str = "t") -> str:
    return f'<topic id="{identifier}">{body}</topic>'


def occurrence(attributes: str = "", inside: str = "", value: str = "x", kind: str = "#type") -> str:
    return f'<occurrence{attributes}>{inside}<type><topicRef href="{kind}"/></type><resourceData>{value}</resourceData></occurrence>'


def topics_of(body: str) -> list[list[str]]:
    return sorted(sorted(iri.replace(BASE, "") for iri in t.item_identifiers) for t in reading(xtm21(body)).map.topics)


@pytest.mark.parametrize("kind", ["subjectIdentifier", "subjectLocator", "itemIdentity"])
def test_topics_with_an_identifier_in_common_are_one(kind: str) -> None:
    body = "".join(f'<topic id="{name}"><{kind} href="urn:x:same"/></topic>' for name in "abc")
    assert len(reading(xtm21(body)).map.topics) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_subject_identifier_and_item_identifier_in_common_make_topics_one(order: int) -> None:
    parts = [topic('<subjectIdentifier href="urn:x"/>', "a"), topic('<itemIdentity href="urn:x"/>', "b")]
    assert topics_of("".join(parts[::order])) == [["#a", "#b", "urn:x"]]


def test_subject_locator_and_subject_identifier_in_common_mean_nothing() -> None:
    body = topic('<subjectIdentifier href="urn:x"/>', "a") + topic('<subjectLocator href="urn:x"/>', "b")
    assert topics_of(body) == [["#a"], ["#b"]]


def test_topics_with_the_same_name_stay_two() -> None:
    assert len(topics_of(topic("<name><value>N</value></name>", "a") + topic("<name><value>N</value></name>", "b"))) == 3


def test_merging_runs_through_every_use_of_a_topic() -> None:
    """The same map once with one topic called two ways and once with two that an identifier makes one."""
    body = f"""
      <topic id="t"><instanceOf><topicRef href="#{{0}}"/></instanceOf>
        <name reifier="#{{0}}"><type><topicRef href="#{{0}}"/></type><scope><topicRef href="#{{0}}"/><topicRef href="#s"/></scope>
          <value>N</value>
          <variant><scope><topicRef href="#v"/></scope><resourceData>v</resourceData></variant></name>
        {occurrence(kind="#{0}")}</topic>
      <association><type><topicRef href="#{{0}}"/></type><scope><topicRef href="#{{0}}"/></scope>
        <role><type><topicRef href="#{{0}}"/></type><topicRef href="#{{0}}"/></role></association>
      <topic id="a"><itemIdentity href="#b"/></topic>"""
    assert canonical(reading(xtm21(body.format("b"))).map) == canonical(reading(xtm21(body.format("a"))).map)


def test_equal_occurrences_are_one_with_all_their_identifiers() -> None:
    body = topic(occurrence("", '<itemIdentity href="#1"/>') + occurrence("", '<itemIdentity href="#2"/>') + occurrence())
    [found] = reading(xtm21(body)).map.occurrences
    assert found.item_identifiers == (f"{BASE}#1", f"{BASE}#2")


@pytest.mark.parametrize(
    "other", [occurrence(value="y"), occurrence(kind="#other"), occurrence().replace("<resourceData>", '<resourceData datatype="urn:d">')]
)
def test_occurrences_that_differ_stay_two(other: str) -> None:
    assert len(reading(xtm21(topic(occurrence() + other))).map.occurrences) == 2


def test_values_compare_as_strings_not_as_numbers() -> None:
    one = occurrence().replace("<resourceData>x", '<resourceData datatype="http://www.w3.org/2001/XMLSchema#integer">1')
    assert len(reading(xtm21(topic(one + one.replace(">1<", ">01<")))).map.occurrences) == 2


def test_variants_of_equal_names_come_together() -> None:
    name = '<name><value>N</value><variant>{}<scope><topicRef href="#{}"/></scope><resourceData>v</resourceData></variant></name>'
    found = reading(xtm21(topic(name.format("", "a") + name.format('<itemIdentity href="#v"/>', "b") + name.format("", "b")))).map
    assert len(found.names) == 1
    assert [(v.name, v.item_identifiers) for v in found.variants] == [(found.names[0].id, ()), (found.names[0].id, (f"{BASE}#v",))]


def test_roles_of_equal_associations_come_together_whatever_their_order() -> None:
    roles = [f'<role reifier="#r{n}"><type><topicRef href="#k{n}"/></type><topicRef href="#p{n}"/></role>' for n in (1, 2)]
    body = f"<association>{TYPE}{roles[0]}{roles[1]}</association><association>{TYPE}{roles[1]}{roles[0]}{roles[1]}</association>"
    found = reading(xtm21(body)).map
    assert len(found.associations) == 1
    assert len(found.roles) == 2
    assert {role.association for role in found.roles} == {found.associations[0].id}


def test_association_with_a_role_more_stays_another() -> None:
    role = "<role><type><topicRef href='#k{0}'/></type><topicRef href='#p{0}'/></role>"
    body = f"<association>{TYPE}{role.format(1)}</association><association>{TYPE}{role.format(1)}{role.format(2)}</association>"
    assert len(reading(xtm21(body)).map.associations) == 2


def test_reifiers_of_equal_statements_are_one_and_so_are_the_statements_about_them() -> None:
    body = topic(occurrence(' reifier="#r1"') + occurrence(' reifier="#r2"'))
    body += topic(occurrence(' reifier="#s1"', value="deep"), "r1") + topic(occurrence(' reifier="#s2"', value="deep"), "r2")
    found = reading(xtm21(body)).map
    assert len(found.occurrences) == 2
    assert topics_of(body) == [["#r1", "#r2"], ["#s1", "#s2"], ["#t"], ["#type"]]


def test_topic_that_reifies_two_statements_is_refused_where_one_of_them_stands() -> None:
    body = topic(occurrence(' reifier="#r"') + "\n" + occurrence(' reifier="#r"', value="y"))
    with pytest.raises(InterchangeError, match=r"^map.xtm:3: one topic reifies two different constructs"):
        reading(xtm21(body))


def test_topic_that_reifies_the_map_and_a_statement_is_refused() -> None:
    with pytest.raises(InterchangeError, match="reifies two"):
        reading(xtm21(topic(occurrence(' reifier="#r"')), ' reifier="#r"'))


def test_topics_made_one_that_reify_different_statements_are_refused() -> None:
    body = topic(occurrence(' reifier="#r1"') + occurrence(' reifier="#r2"', value="y")) + topic('<itemIdentity href="#r2"/>', "r1")
    with pytest.raises(InterchangeError, match="reifies two"):
        reading(xtm21(body))


@pytest.mark.parametrize(
    "body",
    [
        topic(occurrence("", '<itemIdentity href="#i"/>') + occurrence("", '<itemIdentity href="#i"/>', value="y")),
        topic(occurrence("", '<itemIdentity href="#t"/>')),
        '<itemIdentity href="#t"/>' + topic(),
        '<itemIdentity href="#i"/>' + topic(occurrence("", '<itemIdentity href="#i"/>')),
        f'<association><itemIdentity href="#a"/>{TYPE}<role>{TYPE}<topicRef href="#a"/></role></association>',
    ],
)
def test_item_identifier_on_two_constructs_is_refused(body: str) -> None:
    with pytest.raises(InterchangeError, match="is on two different constructs"):
        reading(xtm21(body))


def test_subject_identifier_may_be_the_item_identifier_of_a_statement() -> None:
    body = topic(occurrence("", '<itemIdentity href="#o"/>')) + topic('<subjectIdentifier href="#o"/>', "r")
    assert reading(xtm21(body)).map.occurrences[0].reifier is None


def cascade(length: int) -> TopicMap:
    """Statements of which each becomes equal to another only after the one before has."""
    builder = MapBuilder(BASE, Limits())
    item = builder.topic_with_item
    for number in range(length):
        for side in "ab":
            found = builder.occurrence(item(f"#{side}{number}" if number else "#root"), item("#type"), frozenset(), "d", str(number))
            found.reifier = item(f"#{side}{number + 1}")
    return merge(builder.finish(), builder.union)


def test_merging_goes_on_for_as_long_as_it_brings_topics_together() -> None:
    found = cascade(10)
    assert len(found.occurrences) == 10
    assert len(found.topics) == 12


def test_merging_that_was_made_to_never_end_is_given_up() -> None:
    with pytest.raises(MergeConflict, match="does not come to an end"):
        cascade(MAX_PASSES + 1)


def test_merging_a_merged_map_changes_nothing() -> None:
    body = topic(occurrence(' reifier="#r1"') + occurrence(' reifier="#r2"'), "a") + topic('<itemIdentity href="#a"/>', "b")
    found = reading(xtm21(body)).map
    before = canonical(found)
    merge(found)
    assert canonical(found) == before


def test_merge_joins_topics_of_records_that_no_builder_made() -> None:
    topics = [
        Topic(1, item_identifiers=["urn:a"]),
        Topic(2, subject_identifiers=["urn:a"], subject_locators=["urn:l"]),
        Topic(3, subject_locators=["urn:l"]),
    ]
    found = merge(TopicMap(BASE, topics=topics))
    assert [t.id for t in found.topics] == [1]


def test_union_is_the_same_whatever_the_order() -> None:
    pairs = [(1, 2), (3, 4), (2, 3), (5, 6)]
    for order in itertools.permutations(pairs):
        union = TopicUnion()
        for pair in order:
            assert union.join(*pair)
        assert [union.root(number) for number in range(1, 8)] == [1, 1, 1, 1, 5, 5, 7]
        assert not union.join(1, 4)
        assert len(union) == 4


def test_variant_that_loses_its_theme_by_merging_is_refused_wherever_that_comes_out() -> None:
    name = '<name><scope><topicRef href="#a"/></scope><value>N</value>'
    name += '<variant><scope><topicRef href="#b"/></scope><resourceData>v</resourceData></variant></name>'
    parts = [topic(name), topic('<itemIdentity href="#b"/>', "a")]
    for order in (1, -1):
        with pytest.raises(InterchangeError, match="the variant has no theme that its name has not"):
            reading(xtm21("".join(parts[::order])))
