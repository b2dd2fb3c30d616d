"""What XTM 1.0 says, in the terms of the data model."""

import pytest

from contextualise.interchange import InterchangeError
from contextualise.interchange.subjects import ANY_URI, STRING, XTM1_ASSOCIATION, XTM1_OCCURRENCE, XTM1_ROLE
from tests.unit.interchange.support import BASE, canonical_of, reading, xtm1


def topic(body: str, identifier: str = "t") -> str:
    return f'<topic id="{identifier}">{body}</topic>'


def ref(kind: str, href: str) -> str:
    return f'<{kind} xlink:href="{href}"/>'


def test_root_without_namespace_is_read_when_a_dtd_would_supply_it() -> None:
    text = '<!DOCTYPE topicMap SYSTEM "xtm1.dtd"><topicMap><topic id="a">'
    text += '<instanceOf><topicRef xlink:href="#b"/></instanceOf></topic></topicMap>'
    assert {iri for found in reading(text).map.topics for iri in found.item_identifiers} == {f"{BASE}#a", f"{BASE}#b"}


def test_prefix_that_nothing_declares_is_refused() -> None:
    with pytest.raises(InterchangeError, match="prefix xlink is not declared"):
        reading('<topicMap><topic id="a"><instanceOf><topicRef xlink:href="#b"/></instanceOf></topic></topicMap>')


def test_map_may_be_inside_other_markup() -> None:
    inside = xtm1(topic("<baseName><baseNameString>T</baseNameString></baseName>"))
    page = f"<html xmlns='http://www.w3.org/1999/xhtml'><body>text{inside}more<topicMap/></body></html>"
    assert canonical_of(page) == canonical_of(inside)


def test_maps_side_by_side_are_one_map() -> None:
    maps = xtm1(topic("", "a"), ' id="one"') + xtm1(topic("", "b"), ' id="two"')
    found = reading(f"<both>{maps}</both>").map
    assert len(found.topics) == 2
    assert found.item_identifiers == (f"{BASE}#one", f"{BASE}#two")


def test_prefixes_of_the_markup_around_hold_inside() -> None:
    inside = xtm1(topic(f"<instanceOf>{ref('topicRef', '#k')}</instanceOf>"))
    bare = inside.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    page = '<x xmlns:xlink="urn:other"><y xmlns:xlink="http://www.w3.org/1999/xlink">{}</y>{}</x>'
    assert canonical_of(page.format(bare, "")) == canonical_of(inside)
    with pytest.raises(InterchangeError, match="<topicRef> has no href"):
        reading(page.format("", bare))


def test_elements_may_carry_a_prefix_of_their_own() -> None:
    prefixed = (
        '<x:topicMap xmlns:x="http://www.topicmaps.org/xtm/1.0/"><x:topic id="t"><x:baseName>'
        "<x:baseNameString>T</x:baseNameString></x:baseName></x:topic></x:topicMap>"
    )
    assert canonical_of(prefixed) == canonical_of(xtm1(topic("<baseName><baseNameString>T</baseNameString></baseName>")))


def test_elements_of_other_namespaces_are_passed_over() -> None:
    body = topic('<o:note xmlns:o="urn:o"><o:deep>x</o:deep></o:note><baseName><baseNameString>T</baseNameString></baseName>')
    assert [name.value for name in reading(xtm1(body)).map.names] == ["T"]


def test_missing_types_are_the_ones_of_the_core_map() -> None:
    found = reading(
        xtm1(
            topic("<occurrence><resourceData>x</resourceData></occurrence>")
            + f"<association><member>{ref('topicRef', '#t')}</member></association>"
        )
    ).map
    subjects = {found.id: found.subject_identifiers for found in found.topics}
    assert subjects[found.occurrences[0].type] == [XTM1_OCCURRENCE]
    assert subjects[found.associations[0].type] == [XTM1_ASSOCIATION]
    assert subjects[found.roles[0].type] == [XTM1_ROLE]


def test_member_with_several_players_is_as_many_roles() -> None:
    body = f"""<association><instanceOf>{ref("topicRef", "#a")}</instanceOf><member><roleSpec>{ref("topicRef", "#r")}</roleSpec>
      {ref("topicRef", "#p1")}{ref("resourceRef", "http://example.org/p2")}{ref("subjectIndicatorRef", "http://example.org/p3")}</member></association>"""
    found = reading(xtm1(body)).map
    assert len(found.roles) == 3
    assert len({role.type for role in found.roles}) == 1
    players = {role.player for role in found.roles}
    assert [(t.item_identifiers, t.subject_locators, t.subject_identifiers) for t in found.topics if t.id in players] == [
        ([f"{BASE}#p1"], [], []),
        ([], ["http://example.org/p2"], []),
        ([], [], ["http://example.org/p3"]),
    ]


def test_id_of_a_member_with_one_player_identifies_the_role() -> None:
    body = f'<association><member id="m">{ref("topicRef", "#p")}</member></association>'
    assert reading(xtm1(body)).map.roles[0].item_identifiers == (f"{BASE}#m",)


def test_member_without_player_is_no_role() -> None:
    body = (
        f"<association><member><roleSpec>{ref('topicRef', '#r')}</roleSpec></member><member>{ref('topicRef', '#p')}</member></association>"
    )
    assert len(reading(xtm1(body)).map.roles) == 1


def test_association_without_any_player_is_refused_or_left_out() -> None:
    body = f"<association><member><roleSpec>{ref('topicRef', '#r')}</roleSpec></member></association>"
    with pytest.raises(InterchangeError, match="no player"):
        reading(xtm1(body))
    lenient = reading(xtm1(body), strict=False)
    assert not lenient.map.associations
    assert [str(warning) for warning in lenient.warnings] == ["map.xtm:2: <association> has no player: ignored"]


def test_nested_variants_inherit_parameters_and_name_scope() -> None:
    body = topic(
        f"""<baseName><scope>{ref("topicRef", "#n")}</scope><baseNameString>N</baseNameString>
        <variant><parameters>{ref("topicRef", "#a")}</parameters>
          <variant><parameters>{ref("subjectIndicatorRef", "urn:x:b")}</parameters>
            <variantName><resourceData>ab</resourceData></variantName></variant>
          <variant><parameters>{ref("topicRef", "#c")}</parameters><variantName>{ref("resourceRef", "c.png")}</variantName></variant>
        </variant></baseName>"""
    )
    found = reading(xtm1(body)).map
    label = {t.id: (t.item_identifiers + t.subject_identifiers)[0].replace(BASE, "") for t in found.topics}
    assert [({label[theme] for theme in v.scope}, v.value, v.datatype) for v in found.variants] == [
        ({"#n", "#a", "urn:x:b"}, "ab", STRING),
        ({"#n", "#a", "#c"}, "http://example.org/maps/c.png", ANY_URI),
    ]


def test_variant_without_a_theme_of_its_own_is_refused_or_left_out() -> None:
    body = topic(
        f"""<baseName><scope>{ref("topicRef", "#n")}</scope><baseNameString>N</baseNameString>
<variant><parameters>{ref("topicRef", "#n")}</parameters><variantName><resourceData>v</resourceData></variantName></variant></baseName>"""
    )
    with pytest.raises(InterchangeError, match=r"map.xtm:3: the variant has no theme"):
        reading(xtm1(body))
    lenient = reading(xtm1(body), strict=False)
    assert not lenient.map.variants
    assert len(lenient.warnings) == 1


@pytest.mark.parametrize(
    ("element", "lists"),
    [
        ("<baseName id='x'><baseNameString>N</baseNameString></baseName>", "names"),
        ("<occurrence id='x'><resourceData>N</resourceData></occurrence>", "occurrences"),
    ],
)
def test_topic_reifies_the_statement_that_its_indicator_points_at(element: str, lists: str) -> None:
    body = topic(element) + topic(f"<subjectIdentity>{ref('subjectIndicatorRef', '#x')}</subjectIdentity>", "r")
    found = reading(xtm1(body)).map
    [statement] = getattr(found, lists)
    [reifier] = [t for t in found.topics if t.id == statement.reifier]
    assert reifier.item_identifiers == [f"{BASE}#r"]
    assert reifier.subject_identifiers == []
    assert statement.item_identifiers == ()


def test_variant_and_role_and_map_can_be_reified() -> None:
    indicators = "".join(
        topic(f"<subjectIdentity>{ref('subjectIndicatorRef', target)}</subjectIdentity>", f"r{number}")
        for number, target in enumerate(("#v", "#m", "#map"))
    )
    body = (
        topic(
            f"""<baseName><baseNameString>N</baseNameString><variant id="v"><parameters>{ref("topicRef", "#a")}</parameters>
        <variantName><resourceData>v</resourceData></variantName></variant></baseName>"""
        )
        + f'<association><member id="m">{ref("topicRef", "#t")}</member></association>'
        + indicators
    )
    found = reading(xtm1(body, ' id="map"')).map
    label = {t.id: t.item_identifiers[0].replace(BASE, "") for t in found.topics if t.item_identifiers}
    assert label[found.variants[0].reifier or 0] == "#r0"
    assert label[found.roles[0].reifier or 0] == "#r1"
    assert label[found.reifier or 0] == "#r2"


def test_indicator_used_only_as_a_reference_still_reifies_and_keeps_the_topic_identifiable() -> None:
    body = f'<association id="a"><scope>{ref("subjectIndicatorRef", "#a")}</scope><member>{ref("topicRef", "#p")}</member></association>'
    found = reading(xtm1(body)).map
    [reifier] = [t for t in found.topics if t.id == found.associations[0].reifier]
    assert reifier.subject_identifiers == [f"{BASE}#a"]


def test_topics_that_point_at_the_same_statement_are_one() -> None:
    indicator = f"<subjectIdentity>{ref('subjectIndicatorRef', '#x')}</subjectIdentity>"
    body = topic("<occurrence id='x'><resourceData>N</resourceData></occurrence>") + topic(indicator, "r1") + topic(indicator, "r2")
    found = reading(xtm1(body)).map
    assert sorted(t.item_identifiers for t in found.topics if t.id == found.occurrences[0].reifier) == [[f"{BASE}#r1", f"{BASE}#r2"]]


def test_subjects_of_the_core_map_become_those_of_the_data_model() -> None:
    body = topic(
        f"<subjectIdentity>{ref('subjectIndicatorRef', 'http://www.topicmaps.org/xtm/1.0/core.xtm#superclass-subclass')}</subjectIdentity>"
    )
    [found] = reading(xtm1(body)).map.topics
    assert found.subject_identifiers == ["http://psi.topicmaps.org/iso13250/model/supertype-subtype"]


def test_old_and_new_subject_of_the_core_map_are_one_topic() -> None:
    body = topic(f"<subjectIdentity>{ref('subjectIndicatorRef', 'http://psi.topicmaps.org/iso13250/model/sort')}</subjectIdentity>", "new")
    body += topic(
        f"<subjectIdentity>{ref('subjectIndicatorRef', 'http://www.topicmaps.org/xtm/1.0/core.xtm#sort')}</subjectIdentity>", "old"
    )
    [found] = reading(xtm1(body)).map.topics
    assert sorted(found.item_identifiers) == [f"{BASE}#new", f"{BASE}#old"]


def test_xml_base_holds_for_the_element_and_what_is_in_it() -> None:
    body = f"""<topic id="a" xml:base="sub/"><occurrence xml:base="deep/x.xtm"><resourceRef xlink:href="p.png"/></occurrence>
    <occurrence><resourceRef xlink:href="q.png"/></occurrence></topic>{topic("", "b")}"""
    found = reading(xtm1(body)).map
    assert sorted(o.value for o in found.occurrences) == ["http://example.org/maps/sub/deep/p.png", "http://example.org/maps/sub/q.png"]
    assert {t.item_identifiers[0] for t in found.topics if t.item_identifiers} == {"http://example.org/maps/sub/#a", f"{BASE}#b"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<topic/>", "<topic> has no id"),
        ("<topic id=''/>", "<topic> has no id"),
        ("<topic id='t'><subjectIdentity/><instanceOf/></topic>", "<instanceOf> comes too late"),
        ("<topic id='t'><subjectIdentity/><subjectIdentity/></topic>", "more than one of <subjectIdentity>"),
        ("<topic id='t'><instanceOf/></topic>", "<instanceOf> has no <topicRef> or <subjectIndicatorRef>"),
        (topic(f"<instanceOf>{ref('resourceRef', 'x')}</instanceOf>"), "<resourceRef> is not allowed in <instanceOf>"),
        (topic("<instanceOf><topicRef/></instanceOf>"), "<topicRef> has no href"),
        (topic("<instanceOf><topicRef href='#x'/></instanceOf>"), "<topicRef> has no href"),
        (topic("<baseName/>"), "<baseName> has no <baseNameString>"),
        (topic("<occurrence/>"), "<occurrence> has no <resourceRef> or <resourceData>"),
        (topic("<occurrence><resourceData>a<b/></resourceData></occurrence>"), "<b> is not allowed in <resourceData>"),
        ("<association/>", "<association> has no <member>"),
        ("<association><member><scope/></member></association>", "<scope> is not allowed in <member>"),
        ("<mergeMap/>", "<mergeMap> has no href"),
        ("<subject/>", "<subject> is not allowed in <topicMap>"),
        ("text", "text inside <topicMap>"),
        (topic("") + "<topic id='u' kind='x'/>", "<topic> has an attribute kind"),
    ],
)
def test_what_the_dtd_forbids_is_refused(body: str, reason: str) -> None:
    with pytest.raises(InterchangeError, match=f"^map.xtm:2: .*{reason}"):
        reading(xtm1(body))


def test_typed_base_name_is_a_typed_name_when_lenient() -> None:
    body = topic(f"<baseName><instanceOf>{ref('topicRef', '#kind')}</instanceOf><baseNameString>N</baseNameString></baseName>")
    found = reading(xtm1(body), strict=False).map
    [kind] = [t for t in found.topics if t.id == found.names[0].type]
    assert kind.item_identifiers == [f"{BASE}#kind"]
