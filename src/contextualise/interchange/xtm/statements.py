"""Makes records of statements that have been read; the same for all versions of XTM."""

from contextualise.interchange.building import Place
from contextualise.interchange.records import UNCONSTRAINED, Association, Name, Occurrence, Scope, Statement
from contextualise.interchange.subjects import INSTANCE, TOPIC_NAME, TYPE, TYPE_INSTANCE
from contextualise.interchange.xtm.handler import Draft, XtmHandler


class StatementHandler(XtmHandler):
    """What becomes of a draft when its element closes."""

    def add_type(self, topic: int, type_: int) -> None:
        """The association that `instanceOf` stands for (ISO 13250-2, clause 7.2)."""
        subject = self.builder.topic_with_subject
        association = self.builder.association(subject(TYPE_INSTANCE), self._scope([]))
        self.builder.role(association, subject(INSTANCE), topic)
        self.builder.role(association, subject(TYPE), type_)

    def add_name(self, topic: int, draft: Draft) -> Name:
        """The name with its variants."""
        assert draft.value is not None
        type_ = draft.type if draft.type is not None else self.builder.topic_with_subject(TOPIC_NAME)
        name = self.builder.name(topic, type_, self._scope(draft.scope), draft.value)
        self._mark(name, draft)
        for part in draft.parts:
            self._add_variant(name, part)
        return name

    def _add_variant(self, name: Name, draft: Draft) -> None:
        """A variant has the themes of its name and its own."""
        assert draft.value is not None
        scope = self.builder.scope([*draft.scope, *name.scope])
        variant = self.builder.variant(name, scope, draft.datatype, draft.value)
        self.builder.places[variant.id] = Place(self.file, draft.line)
        self._mark(variant, draft)

    def add_occurrence(self, topic: int, draft: Draft) -> Occurrence:
        """The occurrence."""
        assert draft.type is not None and draft.value is not None
        occurrence = self.builder.occurrence(topic, draft.type, self._scope(draft.scope), draft.datatype, draft.value)
        self._mark(occurrence, draft)
        return occurrence

    def add_association(self, draft: Draft) -> Association:
        """The association with its roles."""
        assert draft.type is not None
        association = self.builder.association(draft.type, self._scope(draft.scope))
        self._mark(association, draft)
        for part in draft.parts:
            assert part.type is not None
            self._mark(self.builder.role(association, part.type, part.player), part)
        return association

    def _scope(self, themes: list[int]) -> Scope:
        """The scope of a statement, with the themes that a merging document adds."""
        if not themes and not self.themes:
            return UNCONSTRAINED
        return self.builder.scope([*themes, *self.themes])

    def _mark(self, statement: Statement, draft: Draft) -> None:
        if draft.items or draft.reifier is not None:
            self.builder.mark(statement, draft.items, draft.reifier, Place(self.file, draft.line))
        if draft.xtm1_id:
            self.builder.note_xtm1_id(draft.xtm1_id, statement)
