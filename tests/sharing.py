"""Invitations and members for tests: inviting through the running application, and what came of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from contextualise.domain.maps import check_fields, create_map, map_ref, publish_map
from tests.web import Client, Person, Site


@dataclass
class Shared:
    """A map whose people a test is about."""

    site: Site
    owner: Person
    map_id: int
    title: str

    @property
    def url(self) -> str:
        """The map's address."""
        return f"/maps/{map_ref(self.map_id, self.title)}"

    @property
    def people(self) -> str:
        """The address of the page of its people."""
        return f"{self.url}/people"

    async def invite(self, *emails: str, mode: str = "edit") -> None:
        """Invite these addresses with the form."""
        answer = await self.owner.post(f"{self.people}/invited", {"emails": ", ".join(emails), "mode": mode})
        assert answer.status_code == 303, answer.text[:3000]

    async def link(self, email: str) -> str:
        """The link that the page of the map's people shows for an address."""
        return links_of((await self.owner.get(self.people)).text)[email]

    async def add(self, person: Person, mode: str = "edit") -> None:
        """Make a member of somebody, without any invitation."""
        await self.run("INSERT INTO map_member (map_id, user_id, mode) VALUES (:map_id, :user_id, :mode)", user_id=person.id, mode=mode)

    async def run(self, statement: str, **values: Any) -> Sequence[Any]:
        """Execute a statement; the rows, where it has some."""
        async with self.site.database.writing() as session:
            needed = {"map_id": self.map_id, **values}
            result: Any = await session.execute(text(statement), {name: needed[name] for name in needed if f":{name}" in statement})
            return list(result) if result.returns_rows else []

    async def modes(self) -> dict[int, str]:
        """Who may do what, by the person's number."""
        return {row.user_id: row.mode for row in await self.run("SELECT user_id, mode FROM map_member WHERE map_id = :map_id")}

    async def owner_id(self) -> int:
        """Who owns the map."""
        return int((await self.run("SELECT owner_id FROM map WHERE id = :map_id"))[0].owner_id)

    async def audit(self) -> list[str]:
        """The log of the map, the earliest first."""
        return [row.action for row in await self.run("SELECT action FROM audit WHERE map_id = :map_id ORDER BY id")]

    async def notices(self, person: Person) -> list[str]:
        """The kinds of what a person was told, the earliest first."""
        return [row.kind for row in await self.run("SELECT kind FROM notice WHERE user_id = :user_id ORDER BY id", user_id=person.id)]

    async def offer(self, person: Person) -> str:
        """Offer the ownership to a member; returns the address under which the person answers."""
        answer = await self.owner.post(f"{self.people}/{person.id}/ownership")
        assert answer.status_code == 303
        (row,) = await self.run("SELECT id FROM map_invitation WHERE map_id = :map_id AND mode = 'own' AND accepted_at IS NULL")
        return f"/maps/joining/{self.map_id}-{row.id}"


async def shared_map(site: Site, owner: Person, title: str = "Italian opera", *, publish: bool = False) -> Shared:
    """A new map."""
    async with site.database.writing() as session:
        map_id = await create_map(session, owner.id, check_fields(title=title))
        if publish:
            await publish_map(session, map_id, owner.id)
    return Shared(site, owner, map_id, title)


def links_of(html: str) -> dict[str, str]:
    """The paths of the links on a page, by the address that was invited."""
    found = re.findall(r'rows__main">(\S+) .*?<code>https?://[^/]+(/join/[^<]+)</code>', html, re.DOTALL)
    return dict(found)


async def new_account(site: Site, link: str, *, name: str = "Newcomer", password: str = "a long and private phrase") -> Client:
    """A browser in which somebody made an account with the link of an invitation."""
    browser = site.anonymous
    answer = await browser.post(link, {"name": name, "password": password})
    assert answer.status_code == 303, answer.text[:3000]
    return browser
