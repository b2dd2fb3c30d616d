"""XTM 2.0 and 2.1 (ISO 13250-3, editions of 2007 and 2013)."""

from contextualise.interchange.building import Place
from contextualise.interchange.subjects import ANY_TYPE, ANY_URI, STRING
from contextualise.interchange.xtm.canonical import CanonicalXml
from contextualise.interchange.xtm.context import Request
from contextualise.interchange.xtm.handler import Attributes, Draft, Frame
from contextualise.interchange.xtm.schema import Model, model, schema
from contextualise.interchange.xtm.statements import StatementHandler


def _schema(topic_reference: str, reifiable: str, *more: Model) -> dict[str, Model]:
    return schema(
        model("topicMap", f"{reifiable} mergeMap* topic|association*", "version reifier"),
        model("topic", "itemIdentity|subjectLocator|subjectIdentifier* instanceOf? name|occurrence*", "id"),
        model("name", f"{reifiable} type? scope? value variant*", "reifier"),
        model("value", text=True),
        model("variant", f"{reifiable} scope resourceRef|resourceData", "reifier"),
        model("occurrence", f"{reifiable} type scope? resourceRef|resourceData", "reifier"),
        model("association", f"{reifiable} type scope? role+", "reifier"),
        model("role", f"{reifiable} type {topic_reference}", "reifier"),
        model("scope", f"{topic_reference}+"),
        model("instanceOf", f"{topic_reference}+"),
        model("type", topic_reference),
        model("resourceData", attributes="datatype", text=True),
        *(model(name, attributes="href") for name in ("itemIdentity", "subjectIdentifier", "subjectLocator")),
        *(model(name, attributes="href") for name in ("topicRef", "resourceRef", "mergeMap")),
        *more,
    )


_ANY_REFERENCE = "topicRef|subjectIdentifierRef|subjectLocatorRef"
_SCHEMA_20 = _schema("topicRef", "itemIdentity*")
_SCHEMA_21 = _schema(
    _ANY_REFERENCE,
    "reifier|itemIdentity*",
    model("reifier", _ANY_REFERENCE),
    model("subjectIdentifierRef", attributes="href"),
    model("subjectLocatorRef", attributes="href"),
)


class Xtm21Handler(StatementHandler):
    """XTM 2.1."""

    schema = _SCHEMA_21
    lenient_schema = _SCHEMA_21
    needs_fragments = False

    # The map and its topics

    def start_topicMap(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        frame.draft = Draft(self.line())
        self._take_reifier(frame.draft, attributes)

    def end_topicMap(self, frame: Frame, parent: Frame) -> None:
        draft = frame.draft
        assert draft is not None
        for item in draft.items:
            self.builder.add_map_item(item)
        # The reifier of a map that is merged in says nothing about the map that merges it (clause 4.23).
        if self.is_main:
            self.builder.map.reifier = draft.reifier

    def start_mergeMap(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        self.context.merges.append(Request(self.href(frame, attributes), self.themes, Place(self.file, self.line())))

    def start_topic(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        identifier = attributes.get("id")
        frame.draft = None
        if identifier:
            frame.topic = self.builder.topic_with_item(self.iri(f"#{identifier}"))
        elif identifier is not None or self.needs_fragments:
            self.fail("<topic> has no id")
        else:
            frame.topic = self.builder.new_topic()

    def end_topic(self, frame: Frame, parent: Frame) -> None:
        if not self.builder.has_identity(frame.topic):
            self.fail("<topic> has neither an id nor an identifier")

    def start_subjectIdentifier(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        self.builder.add_subject(parent.topic, self.href(frame, attributes))

    def start_subjectLocator(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        self.builder.add_locator(parent.topic, self.href(frame, attributes))

    def start_itemIdentity(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        iri = self.href(frame, attributes)
        if parent.draft is None:
            self.builder.add_item(parent.topic, iri)
        else:
            parent.draft.items.append(iri)

    # References

    def start_topicRef(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        parent.refs.append(self._topic_at(self.href(frame, attributes)))

    def start_subjectIdentifierRef(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        parent.refs.append(self.builder.topic_with_subject(self.href(frame, attributes)))

    def start_subjectLocatorRef(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        parent.refs.append(self.builder.topic_with_locator(self.href(frame, attributes)))

    def _topic_at(self, iri: str) -> int:
        if self.needs_fragments and "#" not in iri:
            self.fail(f"the topic reference {iri} has no fragment")
        return self.builder.topic_with_item(iri)

    def _take_reifier(self, draft: Draft, attributes: Attributes) -> None:
        if "reifier" in attributes:
            draft.reifier = self._topic_at(self.iri(attributes["reifier"]))

    def end_reifier(self, frame: Frame, parent: Frame) -> None:
        draft = parent.draft
        assert draft is not None
        if draft.reifier is not None:
            self.fail(f"<{parent.model.name}> has more than one reifier")
        draft.reifier = frame.refs[0]

    def end_type(self, frame: Frame, parent: Frame) -> None:
        assert parent.draft is not None
        parent.draft.type = frame.refs[0]

    def end_scope(self, frame: Frame, parent: Frame) -> None:
        assert parent.draft is not None
        parent.draft.scope = self.themes_in(frame)

    def end_instanceOf(self, frame: Frame, parent: Frame) -> None:
        for type_ in frame.refs:
            self.add_type(parent.topic, type_)

    # Statements

    def _start_statement(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        frame.draft = Draft(self.line())
        if attributes:
            self._take_reifier(frame.draft, attributes)

    start_name = start_variant = start_occurrence = start_association = start_role = _start_statement

    def end_value(self, frame: Frame, parent: Frame) -> None:
        assert parent.draft is not None
        parent.draft.value = self.taken_text()

    def start_resourceRef(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        assert parent.draft is not None
        parent.draft.value, parent.draft.datatype = self.address(self.reference(frame, attributes)), ANY_URI

    def start_resourceData(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        assert parent.draft is not None
        datatype = attributes.get("datatype", "").strip()
        parent.draft.datatype = self.iri(datatype) if datatype else STRING
        if parent.draft.datatype == ANY_TYPE:
            self.markup = CanonicalXml(self.names.namespaces)

    def end_resourceData(self, frame: Frame, parent: Frame) -> None:
        draft = parent.draft
        assert draft is not None
        if self.markup is not None:
            draft.value, self.markup = str(self.markup), None
        else:
            text = self.taken_text()
            draft.value = self.address(text) if draft.datatype == ANY_URI else text

    def end_variant(self, frame: Frame, parent: Frame) -> None:
        assert frame.draft is not None and parent.draft is not None
        parent.draft.parts.append(frame.draft)

    def end_role(self, frame: Frame, parent: Frame) -> None:
        assert frame.draft is not None and parent.draft is not None
        frame.draft.player = frame.refs[0]
        parent.draft.parts.append(frame.draft)

    def end_name(self, frame: Frame, parent: Frame) -> None:
        assert frame.draft is not None
        self.add_name(frame.topic, frame.draft)

    def end_occurrence(self, frame: Frame, parent: Frame) -> None:
        assert frame.draft is not None
        self.add_occurrence(frame.topic, frame.draft)

    def end_association(self, frame: Frame, parent: Frame) -> None:
        assert frame.draft is not None
        self.add_association(frame.draft)


class Xtm20Handler(Xtm21Handler):
    """XTM 2.0: every topic has an id, and topics are referred to by address with a fragment only."""

    schema = _SCHEMA_20
    lenient_schema = _SCHEMA_20
    needs_fragments = True
