"""Mail that waits, and a real mail server that takes it, refuses it, is slow, or is not there."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from contextualise.domain.mail import MOST_ATTEMPTS, PAUSES, Mailer, Outcome, Transport, compose, recipient_of, send_next
from contextualise.jobs import run_mail
from contextualise.jobs.mailing import send_due
from contextualise.repository import mail as repository
from contextualise.repository.database import Database
from tests.mail_server import PASSWORD, SENDER, USER, MailServer, certificate_for, mail_server, text_of

MAILER = Mailer(is_on=True, origin="https://maps.example.org")


async def write(database: Database, to: str = "ada@example.org", subject: str = "Hello", body: str = "Good morning.") -> None:
    async with database.writing() as session:
        await MAILER.queue(session, to=to, subject=subject, body=body)


async def rows(database: Database, columns: str) -> list[tuple[object, ...]]:
    async with database.reading() as connection:
        return [tuple(row) for row in await connection.execute(text(f"SELECT {columns} FROM outgoing_mail ORDER BY id"))]


async def change(database: Database, statement: str) -> None:
    async with database.writing() as session:
        await session.execute(text(statement))


async def send(database: Database, server: MailServer, **more: object) -> Outcome | None:
    return await send_next(database, Transport(server.reached(**more), seconds=2))


async def test_a_mail_arrives_as_plain_text_with_the_headers_of_a_program(emptied: Database) -> None:
    async with mail_server() as server:
        await write(emptied, subject="Grüße aus der Küche", body="Guten Morgen, Łódź!\n\n" + "lang " * 300 + "\n.\nEnde")
        outcome = await send(emptied, server)
        assert outcome is not None and outcome.way == "sent"
        (message,) = server.messages
        assert await send(emptied, server) is None
    assert message["Subject"] == "Grüße aus der Küche"
    assert (message["From"], message["To"]) == ("Our maps <maps@example.org>", "ada@example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.org>") and message["Date"].datetime.tzinfo is not None
    assert message.get_content_type() == "text/plain" and message.get_content_charset() == "utf-8"
    assert text_of(message).splitlines()[0] == "Guten Morgen, Łódź!"
    assert text_of(message).splitlines()[-2:] == [".", "Ende"]
    assert await rows(emptied, "sent_at IS NOT NULL, problem, attempts, body") == [(True, "", 1, "")], "what it said is forgotten"


async def test_no_name_makes_a_header_of_its_own(emptied: Database) -> None:
    async with mail_server() as server:
        nasty = "Ada\r\nBcc: eve@example.org\r\n\r\nBuy\u2028this\0"
        await write(emptied, to="ada@example.org\r\nBcc: eve@example.org", subject=nasty, body=f"{nasty} has written.")
        await write(emptied, subject=nasty, body=f"{nasty} has written.")
        first, second = await send(emptied, server), await send(emptied, server)
        assert first is not None and first.way == "failed", "that is no address"
        assert second is not None and second.way == "sent"
        (message,) = server.messages
    assert server.tried == ["ada@example.org"]
    assert message["Subject"] == "Ada Bcc: eve@example.org Buy this" and message["Bcc"] is None


async def test_nothing_is_queued_without_a_mail_server(emptied: Database) -> None:
    async with emptied.writing() as session:
        await Mailer(is_on=False, origin="").queue(session, to="ada@example.org", subject="x", body="y")
    assert await rows(emptied, "id") == []


async def test_a_mail_belongs_to_the_transaction_that_it_tells_about(emptied: Database) -> None:
    with pytest.raises(RuntimeError):
        async with emptied.writing() as session:
            await MAILER.queue(session, to="ada@example.org", subject="x", body="y")
            raise RuntimeError
    assert await rows(emptied, "id") == []


async def test_a_refusal_for_good_is_given_up_at_once_with_its_reason(emptied: Database) -> None:
    async with mail_server(answer=lambda _: "550 5.1.1 No such person here") as server:
        await write(emptied)
        outcome = await send(emptied, server)
        assert outcome is not None and (outcome.way, outcome.problem) == ("failed", "550 5.1.1 No such person here")
        assert await send(emptied, server) is None
    assert await rows(emptied, "failed_at IS NOT NULL, problem, attempts") == [(True, "550 5.1.1 No such person here", 1)]


async def test_a_refusal_of_the_content_is_final_too(emptied: Database) -> None:
    async with mail_server(on_data=lambda: "554 5.7.1 Looks like spam") as server:
        await write(emptied)
        outcome = await send(emptied, server)
    assert outcome is not None and (outcome.way, outcome.problem) == ("failed", "554 5.7.1 Looks like spam")


async def test_greylisting_is_waited_for_and_does_not_hold_up_others(emptied: Database) -> None:
    known: set[str] = set()

    def greylist(address: str) -> str:
        is_known, _ = address in known or address.startswith("known"), known.add(address)
        return "250 OK" if is_known else "451 4.7.1 Come back later"

    async with mail_server(answer=greylist) as server:
        await write(emptied)
        await write(emptied, to="known@example.org")
        assert await send_due(emptied, Transport(server.reached())) < 5, "the server is there, so it is asked again soon"
        assert [message["To"] for message in server.messages] == ["known@example.org"]
        ((due, problem),) = [row for row in await rows(emptied, "round(extract(epoch FROM run_after - now())), problem") if row[1]]
        assert PAUSES[0] - 5 <= int(str(due)) <= PAUSES[0] and problem == "451 4.7.1 Come back later"
        await change(emptied, "UPDATE outgoing_mail SET run_after = now()")
        await send_due(emptied, Transport(server.reached()))
        assert [message["To"] for message in server.messages] == ["known@example.org", "ada@example.org"]
    assert set(await rows(emptied, "problem")) == {("",)}


async def test_pauses_grow_and_end(emptied: Database) -> None:
    async with mail_server(answer=lambda _: "450 Busy") as server:
        await write(emptied)
        pauses = []
        for _ in range(MOST_ATTEMPTS - 1):
            outcome = await send(emptied, server)
            assert outcome is not None and outcome.way == "later"
            ((pause,),) = await rows(emptied, "round(extract(epoch FROM run_after - now()))")
            pauses.append(int(str(pause)))
            await change(emptied, "UPDATE outgoing_mail SET run_after = now()")
        outcome = await send(emptied, server)
    assert outcome is not None and outcome.way == "failed"
    assert all(before <= after + 5 for before, after in pairwise(pauses))
    assert pauses[0] in range(55, 61) and pauses[-1] in range(6 * 3600 - 5, 6 * 3600 + 1)
    assert 2.5 < sum(pauses) / 86_400 < 3.5, "three days in all"


async def test_a_server_that_is_gone_costs_nothing_and_is_asked_again(emptied: Database) -> None:
    server = MailServer()
    for _ in range(3):
        await write(emptied)
    assert await send_due(emptied, Transport(server.reached())) >= 5
    assert sorted(await rows(emptied, "attempts")) == [(0,), (0,), (1,)], "one mail finds out for all"
    await change(emptied, "UPDATE outgoing_mail SET run_after = now()")
    await server.start()
    await send_due(emptied, Transport(server.reached()))
    await server.stop()
    assert len(server.messages) == 3


async def test_a_server_that_answers_too_slowly_is_left(emptied: Database) -> None:
    async with mail_server(seconds=5) as server:
        await write(emptied)
        outcome = await send_next(emptied, Transport(server.reached(), seconds=0.2))
    assert outcome is not None and outcome.way == "later" and outcome.problem


async def test_a_mail_whose_sender_died_is_sent_once_more_under_the_same_id(emptied: Database) -> None:
    await write(emptied)
    async with mail_server() as server:
        async with emptied.writing() as session:
            row = await repository.claim_mail(session)
        assert row is not None
        assert await send(emptied, server) is None, "it is still being sent"
        # Its sender has handed it over and died before it could say so.
        await Transport(server.reached()).send(compose(row, sender=SENDER), recipient_of(row.recipient))
        await change(emptied, "UPDATE outgoing_mail SET locked_until = now() - interval '1 second'")
        assert await send(emptied, server) is not None
        assert await send(emptied, server) is None
        async with emptied.writing() as session:
            await repository.put_off(session, row, "too late", 60)
    assert len(server.messages) == 2 and len({message["Message-ID"] for message in server.messages}) == 1
    assert await rows(emptied, "sent_at IS NOT NULL, problem") == [(True, "")], "who comes late changes nothing"


async def test_many_senders_send_each_mail_once(emptied: Database) -> None:
    for number in range(30):
        await write(emptied, to=f"person{number}@example.org")
    async with mail_server(seconds=0.01) as server:
        transport = Transport(server.reached())
        await asyncio.gather(*(send_due(emptied, transport) for _ in range(4)))
    assert sorted(str(message["To"]) for message in server.messages) == sorted(f"person{number}@example.org" for number in range(30))


async def test_the_sender_goes_on_after_the_server_was_away(emptied: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contextualise.jobs.mailing.AWAY_SECONDS", 0.05)
    monkeypatch.setattr("contextualise.jobs.mailing.LOOK_EVERY_SECONDS", 0.05)
    server = MailServer()
    running = asyncio.create_task(run_mail(emptied, MAILER, Transport(server.reached())))
    await write(emptied)
    async with asyncio.timeout(10):
        while not (await rows(emptied, "problem"))[0][0]:
            await asyncio.sleep(0.02)
    await server.start()
    await change(emptied, "UPDATE outgoing_mail SET run_after = now()")
    await server.arrived()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await server.stop()


async def test_the_sender_ends_when_it_is_told_to_at_whatever_moment(emptied: Database) -> None:
    async with mail_server() as server:
        for steps in range(24):
            await write(emptied)
            running = asyncio.create_task(run_mail(emptied, MAILER, Transport(server.reached())))
            await end_after(running, steps, server)
            async with asyncio.timeout(20):
                await asyncio.gather(running, return_exceptions=True)
            await change(emptied, "DELETE FROM outgoing_mail")


async def end_after(running: asyncio.Task[None], steps: int, server: MailServer) -> None:
    """Cancel the task so many steps of the loop after the mail server has taken a mail."""
    taken = asyncio.Event()
    server.on_data = lambda: taken.set() or "250 OK"
    await taken.wait()
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()


async def test_starttls_with_a_certificate_that_fits(emptied: Database, tmp_path: Path) -> None:
    certificate = certificate_for(tmp_path, "127.0.0.1", "localhost")
    async with mail_server(certificate=certificate) as server:
        await write(emptied)
        outcome = await send(emptied, server, security="starttls", authorities=str(certificate))
    assert outcome is not None and outcome.way == "sent", outcome
    assert len(server.messages) == 1


async def test_a_certificate_that_nobody_vouches_for_or_of_another_host_sends_nothing(emptied: Database, tmp_path: Path) -> None:
    certificate = certificate_for(tmp_path, "mail.example.org")
    async with mail_server(certificate=certificate) as server:
        await write(emptied)
        for authorities in (None, str(certificate)):
            outcome = await send(emptied, server, security="starttls", authorities=authorities)
            assert outcome is not None and outcome.way == "later" and "certificate" in outcome.problem.casefold(), outcome
            await change(emptied, "UPDATE outgoing_mail SET run_after = now()")
    assert server.messages == [] and server.tried == []


async def test_a_server_without_encryption_gets_nothing_where_we_ask_for_it(emptied: Database) -> None:
    async with mail_server() as server:
        await write(emptied)
        outcome = await send(emptied, server, security="starttls")
    assert outcome is not None and outcome.way == "later", outcome
    assert server.tried == []


async def test_the_password_is_given_and_a_wrong_one_waits_to_be_put_right(emptied: Database, tmp_path: Path) -> None:
    certificate = certificate_for(tmp_path, "127.0.0.1")
    async with mail_server(certificate=certificate, asks_password=True) as server:
        way = {"security": "starttls", "authorities": str(certificate), "user": USER}
        await write(emptied)
        outcome = await send(emptied, server, password="wrong", **way)
        assert outcome is not None and (outcome.way, outcome.is_server_away) == ("later", True), outcome
        assert outcome.problem.startswith("535"), outcome
        await change(emptied, "UPDATE outgoing_mail SET run_after = now()")
        outcome = await send(emptied, server, password=PASSWORD, **way)
    assert outcome is not None and outcome.way == "sent", outcome


async def test_addresses_beyond_ascii(emptied: Database) -> None:
    async with mail_server() as server:
        await write(emptied, to="käthe@bücher.example")
        await write(emptied, to="ada@bücher.example")
        assert [outcome.way for outcome in [await send(emptied, server), await send(emptied, server)] if outcome] == ["sent", "sent"]
        assert server.tried == ["käthe@xn--bcher-kva.example", "ada@xn--bcher-kva.example"]
    async with mail_server(smtputf8=False) as old:
        await write(emptied, to="käthe@bücher.example")
        outcome = await send(emptied, old)
    assert outcome is not None and outcome.way == "failed" and "characters" in outcome.problem
