"""Sends what `tests.fuzzing` draws to an application in this process, as people who may do much."""

import asyncio
import random
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from contextualise.app import create_app
from contextualise.domain.accounts import Browser, open_session
from contextualise.domain.errors import DomainError
from contextualise.settings import load_settings
from tests import asgi
from tests.fuzzing import Requests, Sent, body_of, complaint_about, escaped
from tests.web import Person
from tests.whole import PEOPLE, STATES, Whole, filled, routes_of, settle

# After these the sender stands before closed doors, or is somebody else; they have tests of their own.
LEFT_OUT = frozenset(
    {
        "/sign-out",
        "/account/sessions/{session_id:int}/closing",
        "/account/sessions/closing",
        "/account/password",
        "/sign-in",
        "/account/removal",
    }
)
PATIENCE = 60.0
FRESH = 50
GONE = re.compile(r"/(removal|merging|conversion|undoing|address|edit|sign-up|setup)$|^/(invitations|reset)/")


def all_routes() -> list[tuple[str, str]]:
    """The routes, without a site; listing them needs no database."""
    environ = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "SECRET_KEY": secrets.token_urlsafe(32)}
    return sorted(route for route in routes_of(create_app(load_settings(environ), with_jobs=False)) if route[1] not in LEFT_OUT)


@dataclass
class Sender:
    """Sends requests and says what is wrong with an answer. The maps are kept in a state in which requests lead somewhere."""

    whole: Whole
    requests: Requests
    state: str = "shared"
    values: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    async def send(self, sent: Sent, chance: random.Random | None = None) -> tuple[asgi.Answer, str]:
        """The answer and the complaint about it, empty when there is none. `chance` picks anybody for what nobody is said for."""
        if not self.values or self.sent % FRESH == 0:
            await self._prepare()
        self.sent += 1
        path = self._path(sent)
        who = sent.who or ("admin" if path.startswith("/admin") else "owner")
        if chance is not None and not sent.who and chance.random() < 0.2:
            who = chance.choice(PEOPLE)
        cookie = "; ".join(f"{name}={value}" for name, value in self.whole.people[who].cookies.items()).encode()
        more = [(b"sec-fetch-site", b"same-origin"), *sent.headers, (b"cookie", cookie)]
        body = b""
        if sent.method == "POST":
            fields = [(name, self._real(value)) for name, value in sent.fields]
            kind, body = body_of(sent, fields)
            more = [each for each in more if each[0] not in (b"content-type", b"content-length") or sent.encoding == "garbage"]
            more += [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        answer = await asyncio.wait_for(
            asgi.ask(self.whole.site.app, sent.method, path, query=sent.query, headers=more, body=body), PATIENCE
        )
        complaint = "" if sent.path == "/readyz" else complaint_about(answer.status, answer.ended, answer.headers, answer.text)
        if sent.method == "POST" and answer.status < 400:
            if GONE.search(path):
                self.values = {}
            if re.search(r"/(trashing|publication|promotion|edit|restoration|membership|ownership)\b", path):
                await self.whole.stand(self.state)
        elif sent.method == "GET" and answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html"):
            self.requests.learn(path, answer.text, who)
        return answer, complaint

    async def renew(self, chance: random.Random) -> None:
        """Other people with other maps: what was done to the former ones is in nobody's way any more."""
        await settle(self.whole)
        self.requests.forms.clear()
        self.state, self.values = chance.choice(STATES[:3]), {}

    async def _prepare(self) -> None:
        """Sign everybody in again, and make a topic with everything on it."""
        with suppress(DomainError):
            await self._sign_in()
            self.values = await self.whole.values(self.state)
            return
        await settle(self.whole)
        self.values = await self.whole.values(self.state)

    async def _sign_in(self) -> None:
        async with self.whole.site.database.writing() as session:
            for person in self.whole.people.values():
                if isinstance(person, Person):
                    person.cookies["session"] = await open_session(session, person.id, Browser("127.0.0.1", "Test"), days=1)

    def _real(self, value: str) -> str:
        return str(self.values.get(value[1:-1], value)) if value.startswith("{") else value

    def _path(self, sent: Sent) -> str:
        given = iter(sent.steps)
        if "{" not in sent.path:
            return sent.path
        real = filled(sent.path, self.values).split("/")
        for place, step in enumerate(sent.path.split("/")):
            hostile = next(given) if step.startswith("{") else None
            if hostile is not None:
                real[place] = escaped(hostile)
        return "/".join(real)
