"""XTM 1.0 (TopicMaps.Org, 2001), as the data model of ISO 13250-2 understands it."""

from contextualise.interchange.building import Place
from contextualise.interchange.subjects import ANY_URI, STRING, XTM1_ASSOCIATION, XTM1_OCCURRENCE, XTM1_ROLE
from contextualise.interchange.xtm.context import Request
from contextualise.interchange.xtm.handler import Attributes, Draft, Frame
from contextualise.interchange.xtm.names import XLINK_NAMESPACE
from contextualise.interchange.xtm.schema import Model, model, schema
from contextualise.interchange.xtm.statements import StatementHandler
from contextualise.lib import iri as iris

_ANY_REFERENCE = "topicRef|resourceRef|subjectIndicatorRef"
_TOPIC_REFERENCE = "topicRef|subjectIndicatorRef"


def _schema(name: str) -> dict[str, Model]:
    return schema(
        model("topicMap", "topic|association|mergeMap*", "id"),
        model("topic", "instanceOf* subjectIdentity? baseName|occurrence*", "id"),
        model("instanceOf", _TOPIC_REFERENCE, "id"),
        model("subjectIdentity", f"resourceRef? {_TOPIC_REFERENCE}*", "id"),
        model("baseName", name, "id"),
        model("baseNameString", attributes="id", text=True),
        model("variant", "parameters variantName? variant*", "id"),
        model("variantName", "resourceRef|resourceData", "id"),
        model("parameters", f"{_TOPIC_REFERENCE}+", "id"),
        model("occurrence", "instanceOf? scope? resourceRef|resourceData", "id"),
        model("resourceData", attributes="id", text=True),
        model("association", "instanceOf? scope? member+", "id"),
        model("member", f"roleSpec? {_ANY_REFERENCE}*", "id"),
        model("roleSpec", _TOPIC_REFERENCE, "id"),
        model("scope", f"{_ANY_REFERENCE}+", "id"),
        model("mergeMap", f"{_ANY_REFERENCE}*", "id href"),
        *(model(name, attributes="id href type") for name in ("topicRef", "resourceRef", "subjectIndicatorRef")),
    )


class Xtm1Handler(StatementHandler):
    """XTM 1.0."""

    schema = _schema("scope? baseNameString variant*")
    # Ontopoly wrote the types of names this way, before any version of XTM had a place for them.
    lenient_schema = _schema("instanceOf? scope? baseNameString variant*")
    href_namespace = XLINK_NAMESPACE
    honours_base = True
    # A DTD knows no namespaces, and processors of the time passed over elements of others.
    passes_over_others = True

    # The map and its topics

    def start_topicMap(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        identifier = attributes.get("id")
        if identifier:
            iri = self.iri(f"#{identifier}")
            self.builder.add_map_item(iri)
            if self.is_main:
                self.builder.note_xtm1_id(iri, self.builder.map)

    def end_mergeMap(self, frame: Frame, parent: Frame) -> None:
        themes = self.builder.scope([*self.themes_in(frame), *self.themes])
        self.context.merges.append(Request(frame.target, themes, Place(self.file, self.line())))

    def start_mergeMap(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        frame.target = self.href(frame, attributes)

    def start_topic(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        frame.draft = None
        identifier = attributes.get("id")
        if identifier:
            frame.topic = self.builder.topic_with_item(self.iri(f"#{identifier}"))
        else:
            self.relax("<topic> has no id")
            frame.topic = self.builder.new_topic()

    def end_topic(self, frame: Frame, parent: Frame) -> None:
        if not self.builder.has_identity(frame.topic):
            self.fail("<topic> has neither an id nor a subject identity")

    # References

    def start_topicRef(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        iri = self.href(frame, attributes)
        if not attributes["href"].lstrip().startswith("#"):
            self._note_document(iri)
        if parent.model.name == "subjectIdentity":
            self.builder.add_item(parent.topic, iri)
        else:
            parent.refs.append(self.builder.topic_with_item(iri))

    def _note_document(self, iri: str) -> None:
        """A reference into another document means that document's topic, with all that is said there of it (XTM 1.0, 3.2.1)."""
        document = iris.without_fragment(iri)
        if document not in (self.document, iris.without_fragment(self.base)):
            self.context.references.setdefault(document, Request(document, self.themes, Place(self.file, self.line())))

    def start_subjectIndicatorRef(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        iri = self.href(frame, attributes)
        if parent.model.name == "subjectIdentity":
            self.builder.add_subject(parent.topic, iri)
        else:
            parent.refs.append(self.builder.topic_with_subject(iri))

    def start_resourceRef(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        if parent.model.name in ("occurrence", "variantName"):
            assert parent.draft is not None
            parent.draft.value, parent.draft.datatype = self.address(self.reference(frame, attributes)), ANY_URI
        elif parent.model.name == "subjectIdentity":
            self.builder.add_locator(parent.topic, self.href(frame, attributes))
        else:
            parent.refs.append(self.builder.topic_with_locator(self.href(frame, attributes)))

    def end_instanceOf(self, frame: Frame, parent: Frame) -> None:
        if parent.draft is None:
            self.add_type(parent.topic, frame.refs[0])
        else:
            parent.draft.type = frame.refs[0]

    def end_scope(self, frame: Frame, parent: Frame) -> None:
        assert parent.draft is not None
        parent.draft.scope = self.themes_in(frame)

    # Names and occurrences

    def _start_statement(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        frame.draft = draft = Draft(self.line())
        identifier = attributes.get("id")
        if identifier:
            draft.xtm1_id = self.iri(f"#{identifier}")
            draft.items.append(draft.xtm1_id)

    start_baseName = start_occurrence = start_association = start_member = _start_statement

    def end_baseNameString(self, frame: Frame, parent: Frame) -> None:
        assert parent.draft is not None
        parent.draft.value = self.taken_text()

    def end_resourceData(self, frame: Frame, parent: Frame) -> None:
        assert parent.draft is not None
        parent.draft.value, parent.draft.datatype = self.taken_text(), STRING

    def end_baseName(self, frame: Frame, parent: Frame) -> None:
        assert frame.draft is not None
        self.add_name(frame.topic, frame.draft)

    def start_variant(self, frame: Frame, parent: Frame, attributes: Attributes) -> None:
        """A variant inside a variant has the outer one's parameters as well; all are variants of the one name."""
        outer = parent.draft
        assert outer is not None
        self._start_statement(frame, parent, attributes)
        draft = frame.draft
        assert draft is not None
        if parent.model.name == "variant":
            draft.scope = list(outer.scope)
        draft.parts = outer.parts

    def end_parameters(self, frame: Frame, parent: Frame) -> None:
        assert parent.draft is not None
        parent.draft.scope.extend(self.themes_in(frame))

    def end_variantName(self, frame: Frame, parent: Frame) -> None:
        draft = parent.draft
        assert draft is not None
        draft.parts.append(draft)

    def end_occurrence(self, frame: Frame, parent: Frame) -> None:
        draft = frame.draft
        assert draft is not None
        if draft.type is None:
            draft.type = self.builder.topic_with_subject(XTM1_OCCURRENCE)
        self.add_occurrence(frame.topic, draft)

    # Associations

    def end_roleSpec(self, frame: Frame, parent: Frame) -> None:
        assert parent.draft is not None
        parent.draft.type = frame.refs[0]

    def end_member(self, frame: Frame, parent: Frame) -> None:
        """One role for each player; what is said of the member is said of its role where there is but one."""
        member, association = frame.draft, parent.draft
        assert member is not None and association is not None
        if member.type is None:
            member.type = self.builder.topic_with_subject(XTM1_ROLE)
        for player in frame.refs:
            role = Draft(member.line)
            role.type, role.player = member.type, player
            if len(frame.refs) == 1:
                role.items, role.xtm1_id = member.items, member.xtm1_id
            association.parts.append(role)

    def end_association(self, frame: Frame, parent: Frame) -> None:
        draft = frame.draft
        assert draft is not None
        if not draft.parts:
            self.relax("<association> has no player", draft.line)
            return
        if draft.type is None:
            draft.type = self.builder.topic_with_subject(XTM1_ASSOCIATION)
        self.add_association(draft)
