"""The elements of XTM 2.1 (ISO 13250-3, edition of 2013) as text, one construct at a time, so that a map of any size can be written."""

import re
from collections.abc import Callable, Iterable, Sequence
from xml.parsers import expat

from contextualise.interchange.records import Association, Name, Occurrence, Role, Scope, Statement, Topic, Variant
from contextualise.interchange.subjects import ANY_TYPE, ANY_URI, STRING, TOPIC_NAME

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<topicMap xmlns="http://www.topicmaps.org/xtm/" version="2.1">\n'
TAIL = "</topicMap>\n"

# What XML 1.0 cannot hold, escaped or not (clause 2.2).
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})

Refer = Callable[[int], str]
"""The element that refers to a topic by its number."""


def topic_reference(href: str) -> str:
    """A reference by item identifier, such as `#t1` of a topic in the same document."""
    return f'<topicRef href="{attribute(href)}"/>'


def subject_reference(iri: str) -> str:
    """A reference by subject identifier."""
    return f'<subjectIdentifierRef href="{attribute(iri)}"/>'


def locator_reference(iri: str) -> str:
    """A reference by subject locator."""
    return f'<subjectLocatorRef href="{attribute(iri)}"/>'


class Elements:
    """Writes constructs; `refer` says how each topic is referred to."""

    def __init__(self, refer: Refer) -> None:
        self._refer = refer

    def map(self, item_identifiers: Iterable[str], reifier: int | None) -> str:
        """What the map itself has."""
        return _lines(1, [self._reifier(reifier), *map(_item, item_identifiers)])

    def topic(
        self,
        topic: Topic,
        *,
        identity: str | None,
        types: Iterable[int],
        names: Iterable[tuple[Name, Sequence[Variant]]],
        occurrences: Iterable[Occurrence],
    ) -> str:
        """A topic with all that is said of it alone. `identity` is its id in the document, when it is referred to by one."""
        kinds = "".join(self._refer(number) for number in types)
        inside = [
            *map(_item, topic.item_identifiers),
            *(f'<subjectLocator href="{attribute(iri)}"/>' for iri in topic.subject_locators),
            *(f'<subjectIdentifier href="{attribute(iri)}"/>' for iri in topic.subject_identifiers),
            f"<instanceOf>{kinds}</instanceOf>" if kinds else "",
            *(self._name(name, variants) for name, variants in names),
            *(self._occurrence(occurrence) for occurrence in occurrences),
        ]
        mark = f' id="{attribute(identity)}"' if identity else ""
        return f"  <topic{mark}>\n{_lines(2, inside)}  </topic>\n"

    def association(self, association: Association, roles: Iterable[Role]) -> str:
        """An association with its roles."""
        about = [*self._about(association), self._type(association.type), self._scope(association.scope)]
        return f"  <association>\n{_lines(2, [*about, *map(self._role, roles)])}  </association>\n"

    def _role(self, role: Role) -> str:
        return f"<role>{''.join(self._about(role))}{self._type(role.type)}{self._refer(role.player)}</role>"

    def _name(self, name: Name, variants: Iterable[Variant]) -> str:
        kind = self._refer(name.type)
        kind = "" if kind == _PLAIN_NAME else f"<type>{kind}</type>"
        forms = "".join(self._variant(variant, name.scope) for variant in variants)
        return f"<name>{''.join(self._about(name))}{kind}{self._scope(name.scope)}<value>{text(name.value)}</value>{forms}</name>"

    def _variant(self, variant: Variant, scope: Scope) -> str:
        return f"<variant>{''.join(self._about(variant))}{self._scope(variant.scope - scope)}{_value(variant)}</variant>"

    def _occurrence(self, found: Occurrence) -> str:
        about = "".join(self._about(found))
        return f"<occurrence>{about}{self._type(found.type)}{self._scope(found.scope)}{_value(found)}</occurrence>"

    def _about(self, statement: Statement) -> list[str]:
        return [self._reifier(statement.reifier), *map(_item, statement.item_identifiers)]

    def _reifier(self, topic: int | None) -> str:
        return "" if topic is None else f"<reifier>{self._refer(topic)}</reifier>"

    def _type(self, topic: int) -> str:
        return f"<type>{self._refer(topic)}</type>"

    def _scope(self, themes: Scope) -> str:
        return f"<scope>{''.join(self._refer(theme) for theme in sorted(themes))}</scope>" if themes else ""


def text(value: str) -> str:
    """Characters as the content of an element; what XML cannot hold becomes U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", value).translate(_TEXT)


def attribute(value: str) -> str:
    """Characters as an attribute."""
    return _UNWRITABLE.sub("\ufffd", value).translate(_ATTRIBUTE)


_PLAIN_NAME = subject_reference(TOPIC_NAME)


def _value(construct: Occurrence | Variant) -> str:
    if construct.datatype == ANY_URI:
        return f'<resourceRef href="{attribute(construct.value)}"/>'
    kind = "" if construct.datatype == STRING else f' datatype="{attribute(construct.datatype)}"'
    if construct.datatype == ANY_TYPE and _is_markup(construct.value):
        return f"<resourceData{kind}>{construct.value}</resourceData>"
    return f"<resourceData{kind}>{text(construct.value)}</resourceData>"


def _is_markup(value: str) -> bool:
    """Whether the value can stand in a document as markup: it is well-formed, and defines and includes nothing (clause 4.16.3)."""
    if "<!" in value:
        return False
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(f"<value>{value}</value>".encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return True


def _item(iri: str) -> str:
    return f'<itemIdentity href="{attribute(iri)}"/>'


def _lines(depth: int, elements: Iterable[str]) -> str:
    return "".join(f"{'  ' * depth}{element}\n" for element in elements if element)
