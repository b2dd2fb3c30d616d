"""The form of a date: what happened, when, perhaps until when, as an event, an era or another kind of date."""

from dataclasses import dataclass, replace

from contextualise.domain.drafts import OccurrenceDraft
from contextualise.lib.values import Checked, ValueRefused, display
from contextualise.lib.values.datatypes import EDTF
from contextualise.lib.values.spans import EndRefused, check_span, parts_of
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, NOTHING, Reference, References, Resolver, read_reference, read_references

EVENT, ERA, OTHER = "event", "era", "other"
BASE = {EVENT: "temporal-event", ERA: "temporal-era"}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a date: in words, and as it is kept; or what cannot be understood."""

    words: str = ""
    kept: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DateForm:
    """The fields of a date; `datatype` is that of the value before, `checked` the time once it is understood."""

    title: str = ""
    when: str = ""
    until: str = ""
    kind: str = EVENT
    type: Reference = NOTHING
    themes: References = NONE
    datatype: str = EDTF
    checked: Checked | None = None

    @property
    def kinds(self) -> tuple[tuple[str, str, str], ...]:
        """The kinds to choose from."""
        return (
            (EVENT, "Event", "Something that happened: a day, a year, a few weeks"),
            (ERA, "Era", "A time that lasted, with a beginning and an end"),
            (OTHER, "Another kind of date", "Date of birth, foundation, première"),
        )

    @property
    def reading(self) -> Reading:
        """What is understood of the fields as they are."""
        return read_time(self.when, self.until, self.datatype)


def read_time(when: str, until: str, datatype: str = EDTF) -> Reading:
    """What is understood of a beginning and an end; nothing of empty fields."""
    if not when.strip():
        return Reading(problem="Say when it began, too." if until.strip() else "")
    try:
        checked = check_span(when[:_LONGEST], until[:_LONGEST], datatype)
    except ValueRefused as refused:
        return Reading(problem=str(refused))
    return Reading(display(checked.datatype, checked.value), checked.value)


def date_form(draft: OccurrenceDraft) -> DateForm:
    """The form of a date as it is."""
    when, until = parts_of(draft.datatype, draft.value)
    kind = next((name for name, slug in BASE.items() if slug == draft.type.slug), OTHER)
    return DateForm(
        title=draft.title or "",
        when=when,
        until=until,
        kind=kind,
        type=Reference.to(draft.type) if kind == OTHER else NOTHING,
        themes=References.to(draft.themes),
        datatype=draft.datatype,
    )


def read_date_form(posted: Posted, start: DateForm) -> DateForm:
    """The form as posted; naming a kind is choosing it."""
    type_ = read_reference(posted, "type")
    kind = posted.text("kind")
    return replace(
        start,
        title=" ".join(posted.text("title").split()),
        when=posted.text("when").strip(),
        until=posted.text("until").strip(),
        kind=kind if kind in (EVENT, ERA, OTHER) else start.kind,
        type=type_,
        themes=read_references(posted, "theme"),
    )


async def resolve_date_form(form: DateForm, resolver: Resolver) -> DateForm:
    """The form with its references resolved and its time understood."""
    errors = resolver.errors
    checked = None
    if not form.when:
        errors["when"] = "Say when: 14 January 1900, 1842, c. 44 BCE."
    elif len(form.when) > _LONGEST or len(form.until) > _LONGEST:
        errors["when" if len(form.when) > _LONGEST else "until"] = "This is too long for a date."
    else:
        try:
            checked = check_span(form.when, form.until, form.datatype)
        except EndRefused as refused:
            errors["until"] = str(refused)
        except ValueRefused as refused:
            errors["when"] = str(refused)
    type_ = form.type
    if form.kind == OTHER:
        type_ = await resolver.one(form.type, "type", "Say what kind of date this is: date of birth, foundation, première.")
    return replace(form, checked=checked, type=type_, themes=await resolver.many(form.themes, "theme"))
