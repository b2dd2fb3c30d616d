"""Accounts, sessions, links and limits on a real PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import accounts
from contextualise.domain.accounts import Browser
from contextualise.domain.accounts.limits import Limit, give_back_attempt, take_attempt
from contextualise.domain.errors import Conflict, Invalid, NotFound, TooMany
from contextualise.domain.mail import Mailer
from contextualise.repository.database import Database
from tests.effort import ratios_of_work

PASSWORD = "a quiet lighthouse keeper"
HERE = Browser("192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")


async def add(database: Database, email: str = "maria@example.org", *, is_admin: bool = False) -> int:
    async with database.writing() as session:
        return await accounts.create_user(session, email=email, name=email.partition("@")[0], password=PASSWORD, is_admin=is_admin)


async def enter(database: Database, email: str = "maria@example.org", password: str = PASSWORD, browser: Browser = HERE) -> str | None:
    return await accounts.sign_in(database, email=email, password=password, browser=browser, days=30)


async def viewer(database: Database, token: str | None) -> accounts.Viewer | None:
    assert token is not None
    async with database.reading() as connection:
        return await accounts.find_viewer(connection, accounts.hash_token(token))


async def shift(database: Database, statement: str) -> None:
    async with database.writing() as session:
        await session.execute(text(statement))


async def test_one_address_is_one_account_however_it_is_written(session: AsyncSession) -> None:
    await accounts.create_user(session, email="Maria@Example.org", name="Maria", password=PASSWORD)
    with pytest.raises(Invalid) as refusal:
        await accounts.create_user(session, email="maria@EXAMPLE.org ", name="Other", password=PASSWORD)
    assert list(refusal.value.fields) == ["email"]


async def test_signing_in_gives_a_session_of_the_person(emptied: Database) -> None:
    user_id = await add(emptied)
    token = await enter(emptied, " MARIA@example.org ")
    found = await viewer(emptied, token)
    assert found is not None
    assert (found.id, found.email, found.name, found.is_admin, found.is_due) == (user_id, "maria@example.org", "maria", False, False)


async def test_the_cookie_is_not_in_the_database(emptied: Database) -> None:
    await add(emptied)
    token = await enter(emptied)
    assert token is not None
    async with emptied.reading() as connection:
        row = (await connection.execute(text("SELECT to_jsonb(user_session)::text FROM user_session"))).scalar_one()
    assert token not in row


async def test_finding_the_viewer_is_one_statement(emptied: Database) -> None:
    await add(emptied)
    token = await enter(emptied)
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(emptied.reader.sync_engine, "before_cursor_execute", count)
    assert await viewer(emptied, token)
    event.remove(emptied.reader.sync_engine, "before_cursor_execute", count)
    assert len(statements) == 1


async def test_unknown_disabled_and_wrong_get_the_same_answer(emptied: Database) -> None:
    admin = await add(emptied, "admin@example.org", is_admin=True)
    user_id = await add(emptied)
    await add(emptied, "gone@example.org")
    async with emptied.writing() as session:
        await accounts.disable_user(session, admin, user_id)
    assert await enter(emptied, "nobody@example.org") is None
    assert await enter(emptied, "maria@example.org") is None
    assert await enter(emptied, "gone@example.org", "wrong password") is None
    assert await enter(emptied, "no address \0 at all") is None


async def test_unknown_disabled_and_wrong_take_the_same_time(emptied: Database) -> None:
    admin = await add(emptied, "admin@example.org", is_admin=True)
    user_id = await add(emptied, "disabled@example.org")
    await add(emptied)
    async with emptied.writing() as session:
        await accounts.disable_user(session, admin, user_id)
    tries = {"unknown@example.org": PASSWORD, "disabled@example.org": PASSWORD, "maria@example.org": "a wrong password"}

    def asking(email: str, password: str) -> Callable[[], Awaitable[object]]:
        async def ask() -> None:
            assert await accounts.authenticate(emptied, email, password) is None

        return ask

    # The hash is nearly all of it: where it is left out the ratio is above ten.
    ratios = await ratios_of_work({email: asking(email, password) for email, password in tries.items()})
    assert all(1 / 1.2 < ratio < 1.2 for ratio in ratios.values()), ratios


async def test_an_address_that_two_accounts_name_takes_the_same_time_where_that_can_be(emptied: Database) -> None:
    await add(emptied)
    await sign_up(emptied, "maria@example.org", "192.0.2.9")
    await add(emptied, "single@example.org")

    def asking(email: str) -> Callable[[], Awaitable[object]]:
        return lambda: accounts.authenticate(emptied, email, "a wrong password", candidates=2)

    ratios = await ratios_of_work({email: asking(email) for email in ("maria@example.org", "single@example.org", "unknown@example.org")})
    assert all(1 / 1.2 < ratio < 1.2 for ratio in ratios.values()), ratios


async def sign_up(database: Database, email: str, address: str) -> int:
    mailer = Mailer(is_on=True, origin="https://maps.example.org")
    return await accounts.sign_up(database, mailer, "open", name="Maria", email=email, password=PASSWORD, address=address)


async def test_making_an_account_takes_the_same_time_whether_the_address_has_one(emptied: Database) -> None:
    await add(emptied)
    numbers = count(1)

    async def taken() -> None:
        await sign_up(emptied, "maria@example.org", f"192.0.2.{next(numbers)}")

    async def new() -> None:
        number = next(numbers)
        await sign_up(emptied, f"new{number}@example.org", f"192.0.2.{number}")

    ratios = await ratios_of_work({"taken": taken, "new": new})
    assert 0.8 < ratios["taken", "new"] < 1.25, ratios


async def test_asking_for_a_new_password_is_the_same_work_for_every_address(emptied: Database) -> None:
    await add(emptied)
    numbers = count(1)

    def asking(email: str) -> Callable[[], Awaitable[object]]:
        return lambda: accounts.ask_recovery(emptied, email=email, address=f"192.0.2.{next(numbers)}")

    ratios = await ratios_of_work({email: asking(email) for email in ("maria@example.org", "nobody@example.org")}, rounds=60)
    assert 0.8 < ratios["maria@example.org", "nobody@example.org"] < 1.25, ratios


async def test_a_password_kept_with_older_parameters_is_hashed_again(emptied: Database) -> None:
    await add(emptied)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    async with emptied.writing() as session:
        await session.execute(text("UPDATE app_user SET password_hash = :old"), {"old": old})
    assert await enter(emptied)
    async with emptied.reading() as connection:
        kept = (await connection.execute(text("SELECT password_hash FROM app_user"))).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await enter(emptied)


async def test_ten_wrong_passwords_stop_only_this_place_for_this_account(emptied: Database) -> None:
    await add(emptied)
    await add(emptied, "other@example.org")
    for _ in range(10):
        assert await enter(emptied, password="wrong password") is None
    with pytest.raises(TooMany) as refusal:
        await enter(emptied)
    assert 0 < refusal.value.retry_after <= 15 * 60
    assert await enter(emptied, browser=Browser("198.51.100.9", ""))
    assert await enter(emptied, "other@example.org")


async def test_the_limit_holds_for_attempts_made_at_once(emptied: Database) -> None:
    await add(emptied)
    results = await asyncio.gather(*(enter(emptied, password="wrong password") for _ in range(16)), return_exceptions=True)
    assert sum(result is None for result in results) == 10
    assert sum(isinstance(result, TooMany) for result in results) == 6


async def test_the_limit_ends_with_its_window(emptied: Database) -> None:
    await add(emptied)
    for _ in range(10):
        await enter(emptied, password="wrong password")
    await shift(emptied, "UPDATE rate_limit SET window_start = window_start - interval '15 minutes'")
    assert await enter(emptied)


async def test_signing_in_with_the_right_password_is_not_counted(emptied: Database) -> None:
    await add(emptied)
    for _ in range(12):
        assert await enter(emptied)


async def test_one_place_cannot_try_many_accounts(emptied: Database) -> None:
    limits = (Limit("sign-in somewhere", 3, 3600),)
    for _ in range(3):
        async with emptied.writing() as session:
            await take_attempt(session, limits)
    with pytest.raises(TooMany):
        async with emptied.writing() as session:
            await take_attempt(session, limits)
    async with emptied.writing() as session:
        await give_back_attempt(session, limits)
        await take_attempt(session, limits)


async def test_a_session_ends_after_its_days_and_lasts_while_it_is_used(emptied: Database) -> None:
    await add(emptied)
    token = await enter(emptied)
    await shift(emptied, "UPDATE user_session SET expires_at = now() + interval '1 hour', last_seen_at = now() - interval '6 minutes'")
    found = await viewer(emptied, token)
    assert found is not None and found.is_due
    async with emptied.writing() as session:
        await accounts.touch_session(session, found, days=30)
    again = await viewer(emptied, token)
    assert again is not None and not again.is_due
    await shift(emptied, "UPDATE user_session SET expires_at = expires_at - interval '29 days 23 hours'")
    assert await viewer(emptied, token)
    await shift(emptied, "UPDATE user_session SET expires_at = now()")
    assert await viewer(emptied, token) is None


async def test_last_seen_is_written_at_most_every_five_minutes(emptied: Database) -> None:
    await add(emptied)
    found = await viewer(emptied, await enter(emptied))
    assert found is not None
    async with emptied.writing() as session:
        await accounts.touch_session(session, found, days=1)
    async with emptied.reading() as connection:
        row = (await connection.execute(text("SELECT expires_at > now() + interval '29 days' FROM user_session"))).scalar_one()
    assert row, "a session seen just now is left alone"


async def test_signing_out_everywhere_leaves_only_the_browser_in_use(emptied: Database) -> None:
    user_id = await add(emptied)
    tokens = [await enter(emptied) for _ in range(3)]
    stranger = await add(emptied, "other@example.org")
    other = await enter(emptied, "other@example.org")
    mine = await viewer(emptied, tokens[1])
    assert mine is not None
    async with emptied.writing() as session:
        assert await accounts.close_all(session, user_id, but=mine.session_id) == 2
    assert [bool(await viewer(emptied, token)) for token in tokens] == [False, True, False]
    assert await viewer(emptied, other)
    async with emptied.writing() as session:
        assert not await accounts.close_session(session, stranger, mine.session_id), "not one's own"
        assert await accounts.close_session(session, user_id, mine.session_id)
    assert await viewer(emptied, tokens[1]) is None


async def test_own_sessions_are_listed_with_browser_and_place(emptied: Database) -> None:
    user_id = await add(emptied)
    await enter(emptied)
    await enter(emptied, browser=Browser("198.51.100.9", "curl/8\x00\x07"))
    async with emptied.reading() as connection:
        rows = await accounts.list_sessions(connection, user_id)
    assert {(row.address, row.user_agent) for row in rows} == {("192.0.2.7", HERE.user_agent), ("198.51.100.9", "curl/8")}


async def test_changing_the_password_signs_everybody_else_out_and_renews_the_own_session(emptied: Database) -> None:
    await add(emptied)
    first, second = await enter(emptied), await enter(emptied)
    me = await viewer(emptied, second)
    assert me is not None
    with pytest.raises(Invalid) as refusal:
        await accounts.change_password(emptied, me, current="wrong password", new="another good password", browser=HERE, days=30)
    assert list(refusal.value.fields) == ["current"]
    fresh = await accounts.change_password(emptied, me, current=PASSWORD, new="another good password", browser=HERE, days=30)
    assert [bool(await viewer(emptied, token)) for token in (first, second, fresh)] == [False, False, True]
    assert await enter(emptied) is None
    assert await enter(emptied, password="another good password")


async def test_guessing_the_present_password_is_limited(emptied: Database) -> None:
    await add(emptied)
    me = await viewer(emptied, await enter(emptied))
    assert me is not None
    for _ in range(10):
        with pytest.raises(Invalid):
            await accounts.change_password(emptied, me, current="wrong password", new="another good password", browser=HERE, days=30)
    with pytest.raises(TooMany):
        await accounts.change_password(emptied, me, current=PASSWORD, new="another good password", browser=HERE, days=30)


async def test_the_set_up_link_makes_one_administrator(emptied: Database) -> None:
    async with emptied.writing() as session:
        old = await accounts.first_run_token(session)
    async with emptied.writing() as session:
        token = await accounts.first_run_token(session)
    assert old and token and old != token
    async with emptied.reading() as connection:
        with pytest.raises(NotFound):
            await accounts.require_setup(connection, old)
        await accounts.require_setup(connection, token)
    results = await asyncio.gather(
        *(accounts.set_up(emptied, token, name=f"N{i}", email=f"n{i}@example.org", password=PASSWORD) for i in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, int) for result in results) == 1
    assert sum(isinstance(result, NotFound) for result in results) == 2
    async with emptied.reading() as connection:
        with pytest.raises(NotFound):
            await accounts.require_setup(connection, token)
        assert (await accounts.list_people(connection)).rows[0].is_admin
    async with emptied.writing() as session:
        assert await accounts.first_run_token(session) is None


async def test_a_refused_set_up_leaves_the_link_good(emptied: Database) -> None:
    async with emptied.writing() as session:
        token = await accounts.first_run_token(session)
    assert token
    with pytest.raises(Invalid):
        await accounts.set_up(emptied, token, name="", email="x", password="short")
    assert await accounts.set_up(emptied, token, name="Maria", email="maria@example.org", password=PASSWORD)


async def test_an_invitation_is_used_once_and_can_be_withdrawn(emptied: Database) -> None:
    admin = await add(emptied, "admin@example.org", is_admin=True)
    async with emptied.writing() as session:
        used, withdrawn = await accounts.invite(session, admin, email="ada@example.org"), await accounts.invite(session, admin)
    async with emptied.reading() as connection:
        assert (await accounts.find_invitation(connection, used.token)).email == "ada@example.org"
        listed = await accounts.list_invitations(connection)
        gone = next(row for row in listed if row.email is None)
        assert gone.made_by == "admin"
    async with emptied.writing() as session:
        await accounts.revoke_invitation(session, accounts.invitation_reference(gone))
    with pytest.raises(NotFound):
        await accounts.accept_invitation(emptied, withdrawn.token, name="Eve", email="eve@example.org", password=PASSWORD)
    assert await accounts.accept_invitation(emptied, used.token, name="Ada", email="ada@example.org", password=PASSWORD)
    with pytest.raises(NotFound):
        await accounts.accept_invitation(emptied, used.token, name="Eve", email="eve@example.org", password=PASSWORD)
    with pytest.raises(NotFound):
        async with emptied.writing() as session:
            await accounts.revoke_invitation(session, "no reference")


async def test_an_invitation_for_a_taken_address_stays_good(emptied: Database) -> None:
    admin = await add(emptied, "admin@example.org", is_admin=True)
    async with emptied.writing() as session:
        link = await accounts.invite(session, admin)
    with pytest.raises(Invalid):
        await accounts.accept_invitation(emptied, link.token, name="Ada", email="ADMIN@example.org", password=PASSWORD)
    assert await accounts.accept_invitation(emptied, link.token, name="Ada", email="ada@example.org", password=PASSWORD)


async def test_an_expired_invitation_is_refused(emptied: Database) -> None:
    admin = await add(emptied, "admin@example.org", is_admin=True)
    async with emptied.writing() as session:
        link = await accounts.invite(session, admin)
    await shift(emptied, "UPDATE account_link SET expires_at = now()")
    with pytest.raises(NotFound):
        await accounts.accept_invitation(emptied, link.token, name="Ada", email="ada@example.org", password=PASSWORD)


async def test_a_reset_link_sets_the_password_once_and_signs_out_everywhere(emptied: Database) -> None:
    admin, user_id = await add(emptied, "admin@example.org", is_admin=True), await add(emptied)
    token = await enter(emptied)
    async with emptied.writing() as session:
        older = await accounts.make_reset(session, admin, user_id)
        link = await accounts.make_reset(session, admin, user_id)
    with pytest.raises(NotFound):
        await accounts.reset_password(emptied, older.token, password="another good password")
    with pytest.raises(Invalid):
        await accounts.reset_password(emptied, link.token, password="maria@example.org")
    assert await accounts.reset_password(emptied, link.token, password="another good password") == user_id
    assert await viewer(emptied, token) is None
    assert await enter(emptied, password="another good password")
    with pytest.raises(NotFound):
        await accounts.reset_password(emptied, link.token, password="a third good password")


async def test_a_disabled_person_is_out_at_once_and_comes_back_when_enabled(emptied: Database) -> None:
    admin, user_id = await add(emptied, "admin@example.org", is_admin=True), await add(emptied)
    token = await enter(emptied)
    async with emptied.writing() as session:
        link = await accounts.make_reset(session, admin, user_id)
        await accounts.disable_user(session, admin, user_id)
        with pytest.raises(Conflict):
            await accounts.make_reset(session, admin, user_id)
    assert await viewer(emptied, token) is None
    with pytest.raises(NotFound):
        await accounts.reset_password(emptied, link.token, password="another good password")
    async with emptied.writing() as session:
        await accounts.enable_user(session, user_id)
    assert await enter(emptied)


async def test_the_last_administrator_stays(emptied: Database) -> None:
    first, second = await add(emptied, "a@example.org", is_admin=True), await add(emptied, "b@example.org", is_admin=True)

    async def step_down(user_id: int) -> str:
        async with emptied.writing() as session:
            return await accounts.unmake_admin(session, user_id)

    results = await asyncio.gather(step_down(first), step_down(second), return_exceptions=True)
    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 1
    async with emptied.reading() as connection:
        left = next(row.id for row in (await accounts.list_people(connection)).rows if row.is_admin)
    with pytest.raises(Conflict):
        async with emptied.writing() as session:
            await accounts.disable_user(session, first + second - left, left)


async def test_nobody_disables_the_own_account(emptied: Database) -> None:
    first = await add(emptied, "a@example.org", is_admin=True)
    await add(emptied, "b@example.org", is_admin=True)
    with pytest.raises(Conflict):
        async with emptied.writing() as session:
            await accounts.disable_user(session, first, first)


async def test_people_are_listed_by_pages_in_both_directions(emptied: Database) -> None:
    await shift(
        emptied,
        "INSERT INTO app_user (email, email_key, name) SELECT e, e, 'P' FROM (SELECT 'p' || lpad(i::text, 3, '0') || '@example.org' AS e"
        " FROM generate_series(1, 120) AS i) AS made",
    )
    async with emptied.reading() as connection:
        first = await accounts.list_people(connection)
        assert first.previous is None and first.next is not None
        second = await accounts.list_people(connection, accounts.Place(after=first.next))
        assert second.next is not None and second.previous is not None
        third = await accounts.list_people(connection, accounts.Place(after=second.next))
        assert third.next is None
        assert [row.email[1:4] for row in (*first.rows, *second.rows, *third.rows)] == [f"{i:03}" for i in range(1, 121)]
        back = await accounts.list_people(connection, accounts.Place(before=second.previous))
        assert back.rows == first.rows and back.previous is None
        assert [row.email for row in (await accounts.list_people(connection, search="P077@")).rows] == ["p077@example.org"]
        assert not (await accounts.list_people(connection, search="100%\0_")).rows


async def test_what_has_expired_is_forgotten(emptied: Database) -> None:
    user_id = await add(emptied)
    await enter(emptied)
    async with emptied.writing() as session:
        await accounts.invite(session, user_id)
        await accounts.forget_expired(session)
    await shift(emptied, "UPDATE account_link SET expires_at = now() - interval '31 days'")
    await shift(emptied, "UPDATE user_session SET expires_at = now()")
    await shift(emptied, "UPDATE rate_limit SET window_start = now() - interval '3 days'")
    async with emptied.writing() as session:
        await accounts.forget_expired(session)
        counts = await session.execute(
            text("SELECT (SELECT count(*) FROM account_link), (SELECT count(*) FROM user_session), (SELECT count(*) FROM rate_limit)")
        )
        assert tuple(counts.one()) == (0, 0, 0)
