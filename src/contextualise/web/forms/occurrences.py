"""The form of what is said about a topic by a value: a number, a date, a few words."""

from dataclasses import dataclass, replace

from contextualise.domain.drafts import OccurrenceDraft
from contextualise.lib.values import DATATYPES, ValueRefused, check, datatype_of, label_of
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, NOTHING, Reference, References, Resolver, read_reference, read_references


@dataclass(frozen=True, slots=True)
class FactForm:
    """A fact: what it says, as which kind of value; `is_content` marks a file, of which only the context shows."""

    type: Reference = NOTHING
    datatype: str = "string"
    value: str = ""
    title: str = ""
    themes: References = NONE
    is_content: bool = False

    @property
    def datatypes(self) -> tuple[tuple[str, str], ...]:
        """The kinds of values to choose from; one that a file brought along stays among them."""
        offered = tuple((datatype.key, datatype.label) for datatype in DATATYPES)
        return offered if self.datatype in dict(offered) else (*offered, (self.datatype, label_of(self.datatype)))

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """How each kind of value is written."""
        return tuple((datatype.label, datatype.hint) for datatype in DATATYPES)


def fact_form(draft: OccurrenceDraft) -> FactForm:
    """The form of a fact as it is."""
    offered = datatype_of(draft.datatype)
    return FactForm(
        type=Reference.to(draft.type),
        datatype=offered.key if offered else draft.datatype,
        value=draft.value,
        title=draft.title or "",
        themes=References.to(draft.themes),
        is_content=draft.sha256 is not None,
    )


def read_fact_form(posted: Posted, start: FactForm) -> FactForm:
    """The form as posted; only a kind of value that was offered is taken."""
    wanted = posted.text("datatype")
    return replace(
        start,
        type=read_reference(posted, "type"),
        datatype=wanted if wanted in dict(start.datatypes) else start.datatype,
        value=posted.text("value"),
        title=" ".join(posted.text("title").split()) if start.title or posted.has("title") else "",
        themes=read_references(posted, "theme"),
    )


async def resolve_fact_form(form: FactForm, resolver: Resolver) -> FactForm:
    """The form with its references resolved and the value checked."""
    type_ = await resolver.one(form.type, "type", "Say what this is: population, date of birth, height.")
    _check(form.datatype, form.value, "value", resolver, "Write a value.")
    return replace(form, type=type_, themes=await resolver.many(form.themes, "theme"))


def _check(datatype: str, text: str, field: str, resolver: Resolver, missing: str) -> None:
    if not text.strip():
        resolver.errors[field] = missing
        return
    try:
        check(datatype, text)
    except ValueRefused as refused:
        resolver.errors[field] = str(refused)
