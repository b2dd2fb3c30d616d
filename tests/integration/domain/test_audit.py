"""The log of administrators' actions and of changes of access."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import audit
from contextualise.domain.accounts import BEGINNING, Place, create_user
from contextualise.domain.audit import Asked
from contextualise.domain.maps import check_fields, create_map


async def person(session: AsyncSession, name: str) -> int:
    return await create_user(session, email=f"{name.lower()}@example.org", name=name, password="correct horse battery")


async def lines(session: AsyncSession, asked: Asked | None = None) -> list[str]:
    page = await audit.list_lines(await session.connection(), asked or Asked())
    return [f"{row.user_name} {audit.describe(row)} {row.map_title}".strip() for row in page.rows]


async def test_a_line_keeps_what_everybody_was_called_then(session: AsyncSession) -> None:
    ada, ben = await person(session, "Ada"), await person(session, "Ben")
    map_id = await create_map(session, ada, check_fields(title="Opera"))
    await audit.note(session, user_id=ada, action="member.remove", map_id=map_id, subject_id=ben)
    await session.execute(text("UPDATE app_user SET name = 'Somebody else'"))
    await session.execute(text("UPDATE map SET title = 'Another'"))
    assert (await lines(session))[0] == "Ada removed Ben Opera"


async def test_lines_are_never_changed_or_deleted(session: AsyncSession) -> None:
    await audit.note(session, user_id=None, action="account.create", subject="Ada")
    for statement in ("UPDATE audit SET subject = 'Ben'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="only ever added to"):
            async with session.begin_nested():
                await session.execute(text(statement))
    assert await lines(session) == ["made the account of Ada"]


async def test_the_log_is_narrowed_down_by_kind_person_map_and_words(session: AsyncSession) -> None:
    ada, ben = await person(session, "Ada"), await person(session, "Ben")
    map_id = await create_map(session, ada, check_fields(title="Opera"))
    await audit.note(session, user_id=ada, action="member.remove", map_id=map_id, subject_id=ben)
    await audit.note(session, user_id=ada, action="account.disable", subject_id=ada)
    assert await lines(session, Asked(group="accounts")) == ["Ada disabled the account of Ada"]
    assert await lines(session, Asked(person_id=ben)) == ["Ada removed Ben Opera"]
    assert await lines(session, Asked(map_id=map_id, group="members")) == ["Ada removed Ben Opera"]
    assert await lines(session, Asked(search="ben oper")) == ["Ada removed Ben Opera"]
    assert await lines(session, Asked(search="100%")) == []


async def test_the_log_is_turned_by_key(session: AsyncSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    for number in range(5):
        await audit.note(session, user_id=None, action="account.create", subject=f"{number}")
    connection: AsyncConnection = await session.connection()
    first = await audit.list_lines(connection, Asked(), BEGINNING)
    second = await audit.list_lines(connection, Asked(), Place(after=first.next))
    assert [row.subject for row in (*first.rows, *second.rows)] == ["4", "3", "2", "1"]
    back = await audit.list_lines(connection, Asked(), Place(before=second.previous))
    assert back.rows == first.rows
