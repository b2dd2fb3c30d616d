"""Input that was damaged, or made to do harm: always a reason, never another exception, never long."""

import codecs
import copy
import random
import time
from xml.etree import ElementTree

import pytest

from contextualise.interchange import InterchangeError, Limits
from tests.unit.interchange.support import BASE, canonical_of, reading, xtm1, xtm20, xtm21

NAMED = '<topic id="t"><name><value>Bø–馬</value></name></topic>'
SAMPLE = xtm21(
    """<reifier><topicRef href="#map"/></reifier><itemIdentity href="#tm"/><mergeMap href="other.xtm"/>
    <topic id="a"><itemIdentity href="#a2"/><subjectIdentifier href="http://example.org/%C3%A9"/>
      <instanceOf><subjectLocatorRef href="k"/></instanceOf>
      <name reifier="#n"><type><topicRef href="#nt"/></type><scope><topicRef href="#s"/></scope><value>A &amp; &#x99AC;</value>
        <variant><scope><topicRef href="#v"/></scope>
          <resourceData datatype="http://www.w3.org/2001/XMLSchema#anyType"><b xmlns="urn:b">x</b></resourceData></variant></name>
      <occurrence><type><topicRef href="#ot"/></type><resourceRef href="p.png"/></occurrence></topic>
    <association><type><topicRef href="#at"/></type><role><type><topicRef href="#r1"/></type><topicRef href="#a"/></role></association>"""
)
OLD_SAMPLE = xtm1(
    """<topic id="a"><instanceOf><topicRef xlink:href="other.xtm#k"/></instanceOf>
      <subjectIdentity><resourceRef xlink:href="a"/><subjectIndicatorRef xlink:href="#o"/></subjectIdentity>
      <baseName id="n"><scope><topicRef xlink:href="#s"/></scope><baseNameString>A</baseNameString>
        <variant><parameters><topicRef xlink:href="#v"/></parameters><variantName><resourceData>x</resourceData></variantName>
          <variant><parameters><topicRef xlink:href="#w"/></parameters>
            <variantName><resourceRef xlink:href="x"/></variantName></variant></variant></baseName>
      <occurrence id="o" xml:base="http://x/"><resourceRef xlink:href="p.png"/></occurrence></topic>
    <association id="as"><member><roleSpec><topicRef xlink:href="#r"/></roleSpec><topicRef xlink:href="#a"/></member></association>
    <mergeMap xlink:href="other.xtm"><topicRef xlink:href="#theme"/></mergeMap>"""
)


# Encodings


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + xtm20(NAMED).encode(),
        xtm20(NAMED).encode("utf-16"),
        codecs.BOM_UTF16_BE + xtm20(NAMED).encode("utf-16-be"),
        b'<?xml version="1.0" encoding="UTF-16"?>'.decode().encode("utf-16") + xtm20(NAMED).encode("utf-16-le"),
        b'<?xml version="1.0" encoding="koi8-r"?>' + xtm20(NAMED.replace("ø–馬", "&#xF8;&#x2013;&#x99AC;")).encode("koi8-r"),
    ],
    ids=["utf-8 with mark", "utf-16", "utf-16 big endian", "utf-16 declared", "koi8-r"],
)
def test_encodings_are_told_from_the_document(data: bytes) -> None:
    assert canonical_of(data) == canonical_of(xtm20(NAMED))


@pytest.mark.parametrize("encoding", ["nonsense", "shift_jis", "utf-16", "utf-7", "idna", "punycode", "base64", "zip", "utf-32"])
def test_encoding_that_is_wrong_or_unknown_is_refused(encoding: str) -> None:
    with pytest.raises(InterchangeError, match=r"^map.xtm:1: "):
        reading(f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode() + xtm20().encode())


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", b"\x00", b"\xef\xbb\xbf", b"<", b"<a", b"plain", b"\x1f\x8b", b"PK\x03\x04", b"<a/>x", b"<a>\xff</a>"]
)
def test_what_is_no_xml_is_refused(text: bytes) -> None:
    with pytest.raises(InterchangeError):
        reading(text)


# Entities and document types


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "b">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY a PUBLIC "x" "http://example.org/">',
        '<!ENTITY % a "b">',
        '<!ENTITY % a SYSTEM "http://example.org/"> %a;',
        '<!NOTATION n SYSTEM "n"><!ENTITY a SYSTEM "x" NDATA n>',
    ],
)
def test_entity_declarations_are_refused(declaration: str) -> None:
    with pytest.raises(InterchangeError, match=r"^map.xtm:2: the document declares an entity \(a\)"):
        reading(f"<!DOCTYPE topicMap [\n{declaration}]>" + xtm20())


@pytest.mark.parametrize("reference", ["<topic id='t'><name><value>&a;</value></name></topic>", "<topic id='&a;'/>", "&a;"])
@pytest.mark.parametrize("doctype", ["", '<!DOCTYPE topicMap SYSTEM "http://example.org/x.dtd">', "<!DOCTYPE topicMap [%a;]>"])
def test_references_to_entities_are_refused(doctype: str, reference: str) -> None:
    with pytest.raises(InterchangeError):
        reading(doctype + xtm20(reference))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE topicMap>",
        '<!DOCTYPE topicMap SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE topicMap PUBLIC "-//x" "file:///dev/zero" []>',
        "<!DOCTYPE topicMap [<!ATTLIST topic id CDATA #IMPLIED><!ELEMENT topic ANY>]>",
    ],
)
def test_bare_document_type_is_let_pass_and_nothing_fetched(doctype: str) -> None:
    assert canonical_of(doctype + xtm20(NAMED)) == canonical_of(xtm20(NAMED))


# Limits


def test_depth_is_bounded() -> None:
    deep = "<variant><parameters><topicRef xlink:href='#{}'/></parameters>"
    body = "".join(deep.format(n) for n in range(200)) + "</variant>" * 200
    with pytest.raises(InterchangeError, match="nested deeper than 100"):
        reading(xtm1(f"<topic id='t'><baseName><baseNameString>N</baseNameString>{body}</baseName></topic>"))


def test_depth_is_bounded_inside_a_value_and_inside_what_is_left_out() -> None:
    deep = "<x>" * 50_000
    for body in (SAMPLE.replace("x</b>", deep), xtm20(f"<o:x xmlns:o='urn:o'>{deep}")):
        with pytest.raises(InterchangeError, match="nested deeper than 100"):
            reading(body, strict=False)


def test_constructs_are_bounded() -> None:
    with pytest.raises(InterchangeError, match=r"^map.xtm:12: the topic map has more than 10 constructs"):
        reading(xtm20("\n".join(f"<topic id='t{n}'/>" for n in range(20))), limits=Limits(constructs=10))


def test_size_is_bounded() -> None:
    with pytest.raises(InterchangeError, match="the file is larger than 0 MB"):
        reading(xtm20(NAMED), limits=Limits(bytes=100))


@pytest.mark.parametrize(
    ("document", "element"),
    [(xtm20, '<topic id="t"><name><scope>{}</scope><value>N</value></name></topic>'), (xtm1, "<mergeMap xlink:href='x'>{}</mergeMap>")],
)
def test_themes_of_a_scope_are_bounded(document, element: str) -> None:
    href = "xlink:href" if document is xtm1 else "href"
    themes = "".join(f'<topicRef {href}="#{n}"/>' for n in range(101))
    with pytest.raises(InterchangeError, match="more than 100 themes"):
        reading(document(element.format(themes)))


def test_themes_of_all_scopes_are_bounded() -> None:
    occurrence = '<occurrence><type><topicRef href="#k"/></type>'
    occurrence += '<scope><topicRef href="#a"/><topicRef href="#{}"/></scope><resourceData/></occurrence>'
    with pytest.raises(InterchangeError, match="more than 10 themes together"):
        reading(xtm20(f'<topic id="t">{"".join(occurrence.format(n) for n in range(6))}</topic>'), limits=Limits(themes_of_scopes=10))


@pytest.mark.parametrize("filler", ['<topic id="{}"/>', "<!--{}-->", "<?pi {}?>", "<topic{}/>"])
def test_tags_are_bounded(filler: str) -> None:
    content = " a=''" * (1 << 20) if filler == "<topic{}/>" else "x" * (5 << 20)
    with pytest.raises(InterchangeError, match="a tag or comment is longer than 4 MB"):
        reading(xtm20(filler.format(content)), strict=False)


@pytest.mark.parametrize("value", ["x" * (9 << 20), "x\n" * (5 << 20), f"<![CDATA[{'x' * (9 << 20)}]]>"], ids=["line", "lines", "section"])
def test_values_may_be_longer_than_tags(value: str) -> None:
    found = reading(xtm20(f'<topic id="t"><name><value>{value}</value></name></topic>')).map
    assert len(found.names[0].value) >= 9 << 20


def test_namespaces_are_bounded() -> None:
    with pytest.raises(InterchangeError, match="more than 100 namespaces"):
        reading(xtm20("<topic id='t'" + "".join(f" xmlns:n{n}='urn:{n}'" for n in range(101)) + "/>"))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            xtm20('<topic id="t">' + "".join(f'<itemIdentity href="urn:{n}"/>' for n in range(40_000)) + "</topic>"),
            "identifiers of one topic",
        ),
        (xtm20("".join(f'<itemIdentity href="urn:{n}"/>' for n in range(40_000))), "identifiers of the map"),
        (xtm20("".join(f'<topic id="t{n}"><itemIdentity href="#t{n + 1}"/></topic>' for n in range(20_000))), "topics that become one"),
        (xtm1("".join(f'<mergeMap xlink:href="m{n}"/>' for n in range(90))), "documents that are not there"),
        (
            xtm1(
                '<topic id="t"><subjectIdentity>'
                + "".join(f'<subjectIndicatorRef xlink:href="#a{n}"/>' for n in range(20_000))
                + "</subjectIdentity></topic>"
                + "".join(f'<association id="a{n}"><member><topicRef xlink:href="#t"/></member></association>' for n in range(20_000))
            ),
            "one reifier of many",
        ),
        (
            xtm20(
                '<topic id="t">'
                + "".join(
                    f'<occurrence><itemIdentity href="urn:{n}"/><type><topicRef href="#k"/></type><resourceData/></occurrence>'
                    for n in range(20_000)
                )
                + "</topic>"
            ),
            "equal occurrences",
        ),
        (
            xtm20(f'<topic id="{"x" * 400}"/>' + '<topic id="t"><name><value>' + "<![CDATA[x]]>" * 200_000 + "</value></name></topic>"),
            "pieces of text",
        ),
        (xtm20(f"<topic id='t'><name><value>{'1' * 2_000_000}x</value></name></topic>"), "one long value"),
    ],
    ids=lambda value: value if len(value) < 60 else "",
)
def test_time_grows_with_the_size_only(text: str, what: str) -> None:
    start = time.process_time()
    try:
        canonical_of(text)
    except InterchangeError as refusal:
        assert "reifies two" in refusal.reason
    assert time.process_time() - start < 8


# Damage


def mutated(data: bytes, rng: random.Random) -> bytes:
    """`data` with a few bytes changed, pieces cut, doubled or swapped."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at, to = sorted(rng.randrange(len(out) + 1) for _ in range(2))
        kind = rng.randrange(6)
        if kind == 0 and out:
            out[rng.randrange(len(out))] = rng.randrange(256)
        elif kind == 1:
            del out[at : min(to, at + rng.randint(1, 40))]
        elif kind == 2:
            out[at:at] = out[at : min(to, at + 200)]
        elif kind == 3:
            out[at:at] = rng.choice(
                [b"<topic/>", b"]]>", b"&x;", b"<!--", b"\x00", b"\xff", b' href="%zz"', b"<scope/>", b"<![CDATA[", b"<?x?>", b"#", b":"]
            )
        elif kind == 4:
            tags = [index for index, byte in enumerate(out) if byte == ord("<")]
            if len(tags) > 3:
                a, b, c = sorted(rng.sample(tags, 3))
                out[a:c] = out[b:c] + out[a:b]
        else:
            out = bytearray(
                out.replace(
                    rng.choice([b"#a", b"#v", b"2.1", b"topicRef", b"example", b'"']), rng.choice([b"", b"#t", b"2.0", b"type", b"'"])
                )
            )
    return bytes(out)


def rebuilt(text: str, rng: random.Random) -> bytes:
    """`text` still well-formed, but with elements moved, copied, renamed, emptied, and addresses changed."""
    root = ElementTree.fromstring(text)
    for _ in range(rng.randint(1, 5)):
        every = list(root.iter())
        one, other = rng.choice(every), rng.choice(every)
        kind = rng.randrange(5)
        if kind == 0:
            other.insert(rng.randrange(len(other) + 1), copy.deepcopy(one))
        elif kind == 1:
            one.tag = other.tag
        elif kind == 2 and len(one):
            one.remove(rng.choice(list(one)))
        elif kind == 3 and one.attrib:
            del one.attrib[rng.choice(list(one.attrib))]
        elif one.attrib:
            values = ["#a", "#n", "#o", "#as", "", "#", "other.xtm#a", "http://[", "//", "..", "%", "urn:x", "#map", "#" + "x" * 3000]
            one.attrib[rng.choice(list(one.attrib))] = rng.choice(values)
    return ElementTree.tostring(root)


@pytest.mark.parametrize("damage", [lambda text, rng: mutated(text.encode(), rng), rebuilt], ids=["bytes", "elements"])
@pytest.mark.parametrize("sample", [SAMPLE, OLD_SAMPLE], ids=["xtm 2.1", "xtm 1.0"])
@pytest.mark.parametrize("strict", [True, False])
def test_damaged_documents_are_read_or_refused(damage, sample: str, strict: bool) -> None:
    rng = random.Random(7)
    outcomes = {True: 0, False: 0}
    for _ in range(500):
        try:
            canonical_of(damage(sample, rng), strict=strict)
            outcomes[True] += 1
        except InterchangeError as refusal:
            assert refusal.reason
            outcomes[False] += 1
    assert outcomes[False] > 100
    assert outcomes[True] > 3


def test_samples_are_sound() -> None:
    assert len(reading(SAMPLE).map.topics) > 10
    assert len(reading(OLD_SAMPLE).map.variants) == 2
    assert BASE
