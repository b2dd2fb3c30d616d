"""The form of an association: its type, who plays which part, its contexts; and of a quick link to another topic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contextualise.domain.drafts import AssociationDraft, Candidate
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, NOTHING, Reference, References, Resolver, read_reference, read_references

MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class MemberFields:
    """One row: a part and the topic that plays it; its fields are called `role-INDEX` and `player-INDEX`."""

    index: int
    role: Reference = NOTHING
    player: Reference = NOTHING

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written in the row."""
        return self.role.is_empty and self.player.is_empty


@dataclass(frozen=True, slots=True)
class AssociationForm:
    """The fields of an association."""

    type: Reference = NOTHING
    members: tuple[MemberFields, ...] = ()
    themes: References = NONE
    focus: int | None = None  # the row that was just added


def new_association_form(topic: Candidate, type_: Reference) -> AssociationForm:
    """The form of a new association in which the topic is the first member."""
    return AssociationForm(type_, (MemberFields(0, player=Reference.to(topic)), MemberFields(1)))


def association_form(draft: AssociationDraft) -> AssociationForm:
    """The form of an association as it is."""
    members = tuple(
        MemberFields(index, Reference.to(member.role), Reference.to(member.player)) for index, member in enumerate(draft.members)
    )
    return AssociationForm(Reference.to(draft.type), members, References.to(draft.themes))


def read_association_form(posted: Posted) -> AssociationForm:
    """The form as posted, with the row added or taken out for which a button was pressed."""
    indices = sorted({*posted.indices("role"), *posted.indices("player")})[:MAX_ROWS]
    removed = posted.number("remove")
    members = [
        MemberFields(index, read_reference(posted, f"role-{index}"), read_reference(posted, f"player-{index}"))
        for index in indices
        if index != removed
    ]
    focus = None
    if (posted.has("more") or not members) and len(members) < MAX_ROWS:
        focus = max((row.index for row in members), default=-1) + 1
        members.append(MemberFields(focus))
    return AssociationForm(read_reference(posted, "type"), tuple(members), read_references(posted, "theme"), focus)


def changes_rows(posted: Posted) -> bool:
    """Whether the form was sent only to add or take out a row."""
    return posted.has("more") or posted.has("remove")


async def resolve_association_form(form: AssociationForm, resolver: Resolver) -> AssociationForm:
    """The form with its references resolved; rows in which nothing was written are left out of what counts."""
    type_ = await resolver.one(form.type, "type", "Say what holds between them: “composed by”, “part of”.")
    members = [await _member(row, resolver) for row in form.members]
    if all(row.is_empty for row in members):
        resolver.errors["player-0" if members else ""] = "Choose at least one topic."
    return replace(form, type=type_, members=tuple(members), themes=await resolver.many(form.themes, "theme"))


async def _member(row: MemberFields, resolver: Resolver) -> MemberFields:
    if row.is_empty:
        return row
    named = row.player.text or "this topic"
    role = await resolver.one(row.role, f"role-{row.index}", f"Say which part {named} plays.")
    player = await resolver.one(row.player, f"player-{row.index}", f"Choose the topic that is the {row.role.text or 'member'}.")
    return replace(row, role=role, player=player)


def filled(members: Sequence[MemberFields]) -> list[MemberFields]:
    """The rows in which something was written."""
    return [row for row in members if not row.is_empty]
