"""The log of administrators' actions and of changes of access. Rows are only ever added; the database itself refuses the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.accounts.paging import Page, Place, read_page
from contextualise.repository.tables import Audit, TopicMap, User


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the log, with the names as they were then."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str
    action: str
    map_id: int | None
    map_title: str
    subject_id: int | None
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of which sorts (what actions begin with), by or about which person, about which map, with which words.

    What is empty is any.
    """

    sorts: Sequence[str] = ()
    person_id: int | None = None
    map_id: int | None = None
    search: str = ""


_COLUMNS = (
    Audit.id,
    Audit.at,
    Audit.user_id,
    Audit.user_name,
    Audit.action,
    Audit.map_id,
    Audit.map_title,
    Audit.subject_id,
    Audit.subject,
    Audit.detail,
)


async def add_line(
    session: AsyncSession,
    *,
    user_id: int | None,
    action: str,
    map_id: int | None,
    subject_id: int | None,
    subject: str,
    detail: dict[str, Any],
) -> None:
    """Write one line; what the person, the map and, where `subject` is empty, the subject are called is looked up now."""
    await session.execute(
        insert(Audit).values(
            user_id=user_id,
            user_name=_name_of(user_id),
            action=action,
            map_id=map_id,
            map_title=func.coalesce(select(TopicMap.title).where(TopicMap.id == map_id).scalar_subquery(), ""),
            subject_id=subject_id,
            subject=subject or _name_of(subject_id),
            detail=detail,
        )
    )


async def list_lines(connection: AsyncConnection, wanted: Wanted, place: Place, limit: int) -> Page[AuditRow]:
    """A page of the log, the latest first."""
    return await read_page(
        connection,
        select(*_COLUMNS).where(*_conditions(wanted)),
        order=(Audit.id,),
        descending=True,
        place=place,
        limit=limit,
        make=AuditRow,
        key_of=lambda row: (row.id,),
    )


def _name_of(user_id: int | None) -> ColumnElement[str]:
    return func.coalesce(select(User.name).where(User.id == user_id).scalar_subquery(), "", type_=String)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.sorts:
        conditions.append(func.split_part(Audit.action, ".", 1).in_(wanted.sorts))
    if wanted.person_id is not None:
        conditions.append(or_(Audit.user_id == wanted.person_id, Audit.subject_id == wanted.person_id))
    if wanted.map_id is not None:
        conditions.append(Audit.map_id == wanted.map_id)
    fields = (Audit.user_name, Audit.subject, Audit.map_title)
    conditions += [or_(*(field.icontains(word, autoescape=True) for field in fields)) for word in wanted.search.split()[:10]]
    return conditions
