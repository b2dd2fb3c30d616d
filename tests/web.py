"""Clients for tests of the running application: nobody signed in, and people who are."""

from dataclasses import dataclass, field
from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.testing import AsyncTestClient

from contextualise.domain.accounts import Browser, create_user, open_session
from contextualise.objects import ObjectStore
from contextualise.repository.database import Database
from contextualise.web.shared.state import Parts

PASSWORD = "correct horse battery"
OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Client:
    """One browser. `get` and `post` take a path; `fragment=True` asks as htmx does, for the element with the id `target`."""

    site: "Site"
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, *, fragment: bool = False, target: str = "", headers: dict[str, str] | None = None) -> Response:
        return await self.request("GET", path, fragment=fragment, target=target, headers=headers)

    async def post(
        self,
        path: str,
        fields: dict[str, Any] | None = None,
        *,
        fragment: bool = False,
        target: str = "",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> Response:
        return await self.request("POST", path, fragment=fragment, target=target, headers=headers, data=fields or {}, **more)

    async def request(
        self, method: str, path: str, *, fragment: bool = False, target: str = "", headers: dict[str, str] | None = None, **more: Any
    ) -> Response:
        sent = dict(OURS)
        if fragment:
            sent |= {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": f"div#{target}"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.site.client.cookies.clear()
        response = await self.site.client.request(method, path, headers=sent | (headers or {}), follow_redirects=False, **more)
        for cookie in self.site.client.cookies.jar:
            self.cookies[cookie.name] = cookie.value or ""
        gone = [line.partition("=")[0] for line in response.headers.get_list("set-cookie") if "Max-Age=0" in line or "max-age=0" in line]
        for name in gone:
            self.cookies.pop(name, None)
        return response

    async def follow(self, response: Response) -> Response:
        """The page that a redirect leads to."""
        assert response.status_code in (301, 303), (response.status_code, response.text[:500])
        return await self.get(response.headers["location"])


@dataclass
class Person(Client):
    """A signed-in browser."""

    id: int = 0
    email: str = ""


@dataclass
class Site:
    """The application under test."""

    app: Litestar
    client: AsyncTestClient[Litestar]

    @property
    def parts(self) -> Parts:
        return self.app.state.parts

    @property
    def database(self) -> Database:
        return self.parts.database

    @property
    def objects(self) -> ObjectStore:
        return self.parts.objects

    @property
    def anonymous(self) -> Client:
        """A new browser that nobody has signed in with."""
        return Client(self)

    async def person(self, email: str, *, admin: bool = False) -> Person:
        """A new account, signed in."""
        async with self.database.writing() as session:
            user_id = await create_user(session, email=email, name=email.partition("@")[0].title(), password=PASSWORD, is_admin=admin)
            token = await open_session(session, user_id, Browser("127.0.0.1", "Test"), days=1)
        return Person(self, {"session": token}, user_id, email)
