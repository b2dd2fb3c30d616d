"""What XTM 2.0 and 2.1 say, in the terms of the data model."""

import pytest

from contextualise.interchange import InterchangeError
from contextualise.interchange.subjects import ANY_TYPE, ANY_URI, STRING, TOPIC_NAME
from tests.unit.interchange.support import BASE, reading, xtm20, xtm21

TYPE = '<type><topicRef href="#type"/></type>'
DATA = "<resourceData>x</resourceData>"
ROLE = f'<role>{TYPE}<topicRef href="#p"/></role>'


def topic(body: str = "", attributes: str = ' id="t"') -> str:
    return f"<topic{attributes}>{body}</topic>"


@pytest.mark.parametrize("document", [xtm20, xtm21])
def test_every_construct_takes_identifiers_and_a_reifier(document) -> None:
    identity = '<itemIdentity href="#i{0}"/><itemIdentity href="urn:x:{0}"/>'
    body = topic(
        f"""<name reifier="#rn">{identity.format("n")}<value>N</value>
          <variant reifier="#rv">{identity.format("v")}<scope><topicRef href="#s"/></scope>{DATA}</variant></name>
        <occurrence reifier="#ro">{identity.format("o")}{TYPE}{DATA}</occurrence>"""
    )
    body += f'<association reifier="#ra">{identity.format("a")}{TYPE}'
    body += f'<role reifier="#rr">{identity.format("r")}{TYPE}<topicRef href="#p"/></role></association>'
    found = reading(document(identity.format("m") + body, ' reifier="#rm"')).map
    label = {t.id: t.item_identifiers[0].replace(BASE, "") for t in found.topics if t.item_identifiers}
    statements = {"n": found.names[0], "v": found.variants[0], "o": found.occurrences[0], "a": found.associations[0], "r": found.roles[0]}
    for key, construct in statements.items():
        assert construct.item_identifiers == (f"{BASE}#i{key}", f"urn:x:{key}")
        assert construct.reifier is not None and label[construct.reifier] == f"#r{key}"
    assert found.item_identifiers == (f"{BASE}#im", "urn:x:m")
    assert label[found.reifier or 0] == "#rm"
    assert found.reified() == {found.reifier: 0} | {c.reifier: c.id for c in statements.values()}


def test_topic_takes_any_number_of_identifiers_in_any_order() -> None:
    body = topic(
        '<subjectLocator href="l"/><subjectIdentifier href="http://a/1"/><itemIdentity href="#i"/><subjectIdentifier href="http://a/2"/>',
        "",
    )
    [found] = reading(xtm21(body)).map.topics
    assert (found.subject_identifiers, found.subject_locators, found.item_identifiers) == (
        ["http://a/1", "http://a/2"],
        ["http://example.org/maps/l"],
        [f"{BASE}#i"],
    )


def test_name_without_a_type_has_the_default_type() -> None:
    found = reading(xtm20(topic("<name><value/></name>"))).map
    assert found.names[0].value == ""
    assert [t.subject_identifiers for t in found.topics if t.id == found.names[0].type] == [[TOPIC_NAME]]


def test_values_have_their_datatype_and_addresses_are_made_absolute() -> None:
    uri = f"<occurrence>{TYPE}<resourceData datatype='{ANY_URI}'> ../p.png </resourceData></occurrence>"
    own = f"<occurrence>{TYPE}<resourceData datatype='#kind'> 1 </resourceData></occurrence>"
    found = reading(
        xtm20(topic(f"<occurrence>{TYPE}<resourceRef href='p.png'/></occurrence><occurrence>{TYPE}{DATA}</occurrence>{uri}{own}"))
    ).map
    assert [(o.datatype, o.value) for o in found.occurrences] == [
        (ANY_URI, "http://example.org/maps/p.png"),
        (STRING, "x"),
        (ANY_URI, "http://example.org/p.png"),
        (f"{BASE}#kind", " 1 "),
    ]


def test_values_that_are_addresses_may_be_long_but_identifiers_may_not() -> None:
    long = "data:text/plain," + "x" * 5000
    found = reading(xtm20(topic(f"<occurrence>{TYPE}<resourceRef href='{long}'/></occurrence>"))).map
    assert found.occurrences[0].value == long
    with pytest.raises(InterchangeError, match="longer than 2,000 bytes"):
        reading(xtm20(topic(f"<subjectIdentifier href='{long}'/>")))


def markup(content: str, root: str = "") -> str:
    found = reading(xtm21(topic(f'<occurrence>{TYPE}<resourceData datatype="{ANY_TYPE}">{content}</resourceData></occurrence>'), root)).map
    assert found.occurrences[0].datatype == ANY_TYPE
    return found.occurrences[0].value


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("", ""),
        ("just text &amp; more", "just text &amp; more"),
        ("<p xmlns='urn:p' b='2' a='1'/>", '<p xmlns="urn:p" a="1" b="2"></p>'),
        ("a<b xmlns=''>c</b>d", "a<b>c</b>d"),
        ("<p>own</p>", '<p xmlns="http://www.topicmaps.org/xtm/">own</p>'),
        ("<p xmlns='urn:p'><q/><r xmlns='urn:r'/></p>", '<p xmlns="urn:p"><q></q><r xmlns="urn:r"></r></p>'),
        (
            "<x:p xmlns:x='urn:x' xmlns:y='urn:y' y:b='1' x:c='2' a='3'/>",
            '<x:p xmlns:x="urn:x" xmlns:y="urn:y" a="3" x:c="2" y:b="1"></x:p>',
        ),
        ("<p xmlns='' t='&lt;&quot;&#9;'>&gt;</p>", '<p t="&lt;&quot;&#x9;">&gt;</p>'),
        ("<p xmlns=''><!-- gone --><![CDATA[<&]]><?pi  kept ?></p>", "<p>&lt;&amp;<?pi kept ?></p>"),
        ("<p xmlns='' xml:lang='en'/>", '<p xml:lang="en"></p>'),
    ],
)
def test_markup_in_a_value_comes_in_canonical_form(content: str, value: str) -> None:
    assert markup(content) == value


def test_markup_declares_only_the_namespaces_it_uses() -> None:
    assert markup("<x:p/>", ' xmlns:x="urn:x" xmlns:unused="urn:u"') == '<x:p xmlns:x="urn:x"></x:p>'


def test_markup_with_a_prefix_that_nothing_declares_is_refused() -> None:
    with pytest.raises(InterchangeError, match="prefix y is not declared"):
        markup("<y:p/>")


def test_reifier_element_may_refer_in_three_ways() -> None:
    for element, lists in (
        ("topicRef", "item_identifiers"),
        ("subjectIdentifierRef", "subject_identifiers"),
        ("subjectLocatorRef", "subject_locators"),
    ):
        found = reading(xtm21(f"<association><reifier><{element} href='urn:r'/></reifier>{TYPE}{ROLE}</association>")).map
        [reifier] = [t for t in found.topics if t.id == found.associations[0].reifier]
        assert getattr(reifier, lists) == ["urn:r"]


def test_reifier_and_identifiers_come_in_any_order() -> None:
    found = reading(xtm21('<itemIdentity href="#a"/><reifier><topicRef href="#r"/></reifier><itemIdentity href="#b"/>')).map
    assert len(found.item_identifiers) == 2
    assert found.reifier is not None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<topic/>", "<topic> has no id"),
        (topic("<itemIdentity href='urn:x'/>", ""), "<topic> has no id"),
        (topic("<instanceOf><topicRef href='urn:x'/></instanceOf>"), "topic reference urn:x has no fragment"),
        (f"<association reifier='urn:x'>{TYPE}{ROLE}</association>", "topic reference urn:x has no fragment"),
        (topic("<instanceOf><subjectIdentifierRef href='urn:x'/></instanceOf>"), "<subjectIdentifierRef> is not allowed"),
        (f"<association><reifier><topicRef href='#x'/></reifier>{TYPE}{ROLE}</association>", "<reifier> is not allowed"),
    ],
)
def test_what_only_version_2_0_forbids_is_refused_there(body: str, reason: str) -> None:
    with pytest.raises(InterchangeError, match=reason):
        reading(xtm20(body))


def test_references_without_a_fragment_are_fine_in_version_2_1() -> None:
    reading(xtm21("<topic><itemIdentity href='urn:x'/><instanceOf><topicRef href='urn:y'/></instanceOf></topic>"))


@pytest.mark.parametrize("document", [xtm20, xtm21])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (topic(f"<occurrence>{DATA}</occurrence>"), "<occurrence> has no <type>"),
        (topic(f"<occurrence>{TYPE}</occurrence>"), "<occurrence> has no <resourceRef> or <resourceData>"),
        (topic(f"<occurrence>{TYPE}{DATA}{DATA}</occurrence>"), "more than one of <resourceRef> or <resourceData>"),
        (topic(f"<occurrence>{DATA}{TYPE}</occurrence>"), "<type> comes too late"),
        (topic("<name/>"), "<name> has no <value>"),
        (topic("<name><value>a</value><value>b</value></name>"), "more than one of <value>"),
        (topic("<name><value>a<b/></value></name>"), "<b> is not allowed in <value>"),
        (topic(f"<name><value>a</value><variant>{DATA}</variant></name>"), "<variant> has no <scope>"),
        (topic("<name><scope/><value>a</value></name>"), "<scope> has no"),
        (topic("<name/><instanceOf/>"), "<name> has no"),
        (topic("<instanceOf/>"), "<instanceOf> has no"),
        (topic("<instanceOf><topicRef/></instanceOf>"), "<topicRef> has no href"),
        (topic(f"<occurrence>{TYPE}<resourceData>a<b>c</b></resourceData></occurrence>"), "<b> is not allowed in <resourceData>"),
        (f"<association>{TYPE}</association>", "<association> has no <role>"),
        (f"<association>{ROLE}</association>", "<association> has no <type>|<type> comes too late"),
        (f"<association>{TYPE}<role>{TYPE}</role></association>", "<role> has no"),
        (f"<association>{TYPE}<role><topicRef href='#p'/></role></association>", "<role> has no <type>"),
        (f"<association><type><topicRef href='#a'/><topicRef href='#b'/></type>{ROLE}</association>", "<type> has more than one"),
        ("<topic id='t'/><mergeMap href='x'/>", "<mergeMap> comes too late"),
        ("<topic id='t'/><itemIdentity href='x'/>", "<itemIdentity> comes too late"),
        ("<baseName/>", "<baseName> is not allowed in <topicMap>"),
        ("<o:x xmlns:o='urn:o'/>", "<o:x> is not allowed in <topicMap>"),
        ("text", "text inside <topicMap>"),
        ("<topic id='t' x='y'/>", "attribute x"),
        ("<topic id=''/>", "<topic> has no id"),
    ],
)
def test_what_the_schemas_forbid_is_refused(document, body: str, reason: str) -> None:
    with pytest.raises(InterchangeError, match=f"^map.xtm:[0-9]+: .*({reason})"):
        reading(document(body))


@pytest.mark.parametrize(
    ("root", "reason"),
    [
        ("<topicMap xmlns='http://www.topicmaps.org/xtm/'/>", "has no version"),
        ("<topicMap xmlns='http://www.topicmaps.org/xtm/' version='1.0'/>", "no version 1.0 of XTM 2"),
        ("<topicMap xmlns='http://www.topicmaps.org/xtm/' version='2.2'/>", "no version 2.2 of XTM 2"),
        ("<topicMap xmlns='urn:x' version='2.0'/>", "root element is <topicMap> in the namespace urn:x"),
        ("<html/>", "root element is <html>"),
        ("<html>" + xtm20() + "</html>", "root element is <html>"),
        ("<x:topicMap xmlns:x='http://www.topicmaps.org/'/>", "root element is <topicMap> in the namespace"),
    ],
)
def test_root_that_is_no_topic_map_is_refused(root: str, reason: str) -> None:
    with pytest.raises(InterchangeError, match=f"^map.xtm:1: .*{reason}"):
        reading(root)


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        ("<topic id='t'><name><value>a</value></name><instanceOf><topicRef href='#x'/></instanceOf></topic>", None),
        ("<topic id='t'/><o:x xmlns:o='urn:o'><o:y/></o:x>", "<o:x> is not allowed in <topicMap>: ignored"),
        ("<topic id='t' x='y'/>", "<topic> has an attribute x: ignored"),
        ("<topic id='t'/>text", "text inside <topicMap>: ignored"),
    ],
)
def test_what_does_no_harm_is_let_pass_when_lenient(body: str, warning: str | None) -> None:
    lenient = reading(xtm20(body), strict=False)
    assert any(t.item_identifiers == [f"{BASE}#t"] for t in lenient.map.topics)
    assert [remark.text for remark in lenient.warnings] == ([warning] if warning else [])


def test_only_the_element_that_is_wrong_is_left_out() -> None:
    lenient = reading(xtm20("<o:x xmlns:o='urn:o'><topic id='inside'/></o:x><topic id='after'/>"), strict=False)
    assert [t.item_identifiers for t in lenient.map.topics] == [[f"{BASE}#after"]]
