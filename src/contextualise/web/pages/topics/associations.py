"""The associations of a topic, grouped by their type and by the part the others play."""

from collections.abc import Callable
from dataclasses import dataclass

from contextualise.repository.reading.records import Group, Membership, OtherRole, TopicRecord
from contextualise.repository.reading.topic import Part
from contextualise.repository.reading.topic_statement import COUNTED, FURTHER, GROUPS, MEMBERS, ROLES
from contextualise.web.pages.topics.contexts import Scopes
from contextualise.web.pages.topics.facts import Fact
from contextualise.web.pages.topics.links import Addresses, TopicLink, Topics


@dataclass(frozen=True, slots=True)
class Partner:
    """Another topic in an association, and the part it plays."""

    topic: TopicLink
    role: str


@dataclass(frozen=True, slots=True)
class AssociationRow:
    """An association as a line: the topic it leads to first, then who else takes part. A unary one has no `topic`."""

    id: int
    url: str
    edit_url: str
    topic: TopicLink | None
    role: str  # said only where it is not the group's
    rest: tuple[Partner, ...]
    has_more: bool
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class AssociationGroup:
    """Associations of one type in which the topic plays one role."""

    key: str
    kind: TopicLink
    role: str
    own_role: str
    count: str
    rows: tuple[AssociationRow, ...]
    more: str  # how many are not shown, as words; empty when all are
    more_url: str


@dataclass(frozen=True, slots=True)
class Associations:
    """All groups of one page; `next_url` leads to further groups, `all_url` from a part back to all."""

    groups: tuple[AssociationGroup, ...]
    count: str
    next_url: str
    all_url: str


class AssociationReader:
    """Turns rows into groups."""

    def __init__(
        self, record: TopicRecord, topics: Topics, scopes: Scopes, addresses: Addresses, details: Callable[[int], tuple[Fact, ...]]
    ) -> None:
        self._topics = topics
        self._scopes = scopes
        self._addresses = addresses
        self._details = details
        self._topic_url = addresses.topic(record.topic.slug)
        self._others: dict[tuple[int, int], list[OtherRole]] = {}
        for other in record.others:
            self._others.setdefault((other.association_id, other.own_role_type_id), []).append(other)

    def read(self, record: TopicRecord, part: Part) -> Associations:
        """The groups by name; those that are shown whole have their rows by name too."""
        members: dict[tuple[int, int], list[Membership]] = {}
        for member in record.members:
            members.setdefault((member.type_id, member.role_type_id), []).append(member)
        shown = record.groups[:GROUPS]
        groups = [self._group(group, members[key], part) for group in shown if (key := (group.type_id, group.role_type_id)) in members]
        groups.sort(key=lambda group: (group.kind.text.casefold(), group.role.casefold()))
        total = sum(group.count for group in shown)
        bounded = len(record.groups) > GROUPS or any(group.count > COUNTED for group in shown)
        last = shown[-1] if shown else None
        more = f"{last.type_id}-{last.role_type_id}" if last and len(record.groups) > GROUPS else ""
        is_part = part.group is not None or part.after_group != (0, 0)
        return Associations(
            tuple(groups),
            "" if is_part else _counted(total, bounded=bounded),
            self._with(f"groups={more}") if more else "",
            self._topic_url if is_part else "",
        )

    def _group(self, group: Group, members: list[Membership], part: Part) -> AssociationGroup:
        role_type = self._common_role(members)
        whole = len(members) <= FURTHER if part.group else group.count <= MEMBERS
        members = members[:FURTHER]
        rows = [self.row(member, role_type) for member in members]
        if whole:
            rows.sort(key=lambda row: row.topic.text.casefold() if row.topic else "")
        kind = self._topics.link(group.type_id)
        role = self._topics.name(role_type) if role_type is not None else ""
        key = f"{group.type_id}-{group.role_type_id}"
        return AssociationGroup(
            key=key,
            kind=kind,
            role="" if role.casefold() == kind.text.casefold() else role,
            own_role=self._topics.name(group.role_type_id),
            count=_counted(group.count),
            rows=tuple(rows),
            more="" if whole else _more(group, len(rows), part),
            more_url="" if whole else self._with(f"group={key}&after={members[-1].association_id}"),
        )

    def row(self, member: Membership, role_type: int | None) -> AssociationRow:
        """One association as a line of its group."""
        others = self._others.get((member.association_id, member.role_type_id), [])
        first = next((other for other in others if other.type_id == role_type), others[0] if others else None)
        rest = [
            Partner(self._topics.link(other.player_id), self._topics.name(other.type_id)) for other in others[:ROLES] if other is not first
        ]
        return AssociationRow(
            id=member.association_id,
            url=self._addresses.association(member.association_id),
            edit_url=f"{self._addresses.map_url}/associations/{member.association_id}/edit{self._addresses.query}",
            topic=self._topics.link(first.player_id) if first else None,
            role=self._topics.name(first.type_id) if first and first.type_id != role_type else "",
            rest=tuple(rest),
            has_more=len(others) > ROLES,
            themes=self._scopes.links(member.scope_id),
            details=self._details(member.association_id),
        )

    def _common_role(self, members: list[Membership]) -> int | None:
        """The role that somebody else plays in most associations of the group: it stands in the heading."""
        counts: dict[int, int] = {}
        for member in members:
            for role_type in {other.type_id for other in self._others.get((member.association_id, member.role_type_id), ())}:
                counts[role_type] = counts.get(role_type, 0) + 1
        return min(counts, key=lambda role_type: (-counts[role_type], role_type)) if counts else None

    def _with(self, query: str) -> str:
        return f"{self._topic_url}{'&' if '?' in self._topic_url else '?'}{query}"


def _more(group: Group, shown: int, part: Part) -> str:
    return "Show more" if part.group or group.count > COUNTED else f"{_counted(group.count - shown)} more"


def _counted(count: int, *, bounded: bool = False) -> str:
    if count > COUNTED:
        return f"{COUNTED:,}+".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") + ("+" if bounded else "")
