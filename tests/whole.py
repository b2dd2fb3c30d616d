"""A site with somebody of every kind and a map in every state, in which each address of the application has something to show."""

import io
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from traceback import format_exception
from typing import Any

from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar
from litestar.routes import HTTPRoute
from PIL import Image
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from structlog.typing import EventDict

from contextualise.app import create_app
from contextualise.domain import accounts, sharing
from contextualise.domain.accounts import Browser, links
from contextualise.domain.associations import create_association
from contextualise.domain.base_topics import base_ids
from contextualise.domain.maps import check_fields, create_map, edit_map, keep_picture, prepare_picture
from contextualise.domain.names import add_name
from contextualise.domain.notes import add_note
from contextualise.domain.notices import notify
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.paths import save_path
from contextualise.domain.reports import check_complaint, report_map
from contextualise.domain.share_links import LinkFields, find_link, find_subject, make_link, token_of
from contextualise.domain.tags import add_tag
from contextualise.domain.texts import put_content, save_text
from contextualise.domain.topics import add_identifier, create_topic
from contextualise.repository import jobs, troubles
from contextualise.repository.comments.writing import insert_thread
from contextualise.repository.database import Database
from contextualise.repository.mail import add_mail
from contextualise.repository.tables import Content, MapMember, Occurrence, Topic, TopicMap, User
from contextualise.settings import load_settings
from contextualise.web.notices import stop_path
from tests.web import Client, Person, Site

PEOPLE = ("anonymous", "stranger", "viewer", "commenter", "editor", "owner", "admin")
STATES = ("private", "shared", "published", "trashed")
"""A private map is its owner's alone, but for one spare person; all others have people of every kind."""
MODES = {"viewer": "view", "commenter": "comment", "editor": "edit"}
FILE = b"Act I: the church of Sant'Andrea della Valle"

_WATCHED = (
    *("app_user", "user_session", "account_link", "map", "map_member", "topic", "topic_type", "identifier", "scope", "scope_theme"),
    *(
        "name",
        "variant",
        "content",
        "content_link",
        "occurrence",
        "association",
        "role",
        "reification",
        "change",
        "change_topic",
        "comment",
        "comment_mention",
        "draft",
        "share_link",
        "map_invitation",
        "report",
        "job",
    ),
    *("outgoing_mail", "trouble"),
)
_STATE = " UNION ALL ".join(
    f"SELECT '{table}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {table}"  # the youngest writer of any row
    for table in _WATCHED
)
_STATE_OF_MAP = " UNION ALL ".join(
    f"SELECT '{table}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {table} WHERE map_id = {{0}}"
    for table in _WATCHED[_WATCHED.index("topic") : _WATCHED.index("job")]
)
_numbers = count(1)


def routes_of(app: Litestar) -> dict[tuple[str, str], HTTPRoute]:
    """Every method and path that the application answers, but for what comes by itself: HEAD beside GET, and OPTIONS."""
    return {
        (method, route.path): route
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in sorted(route.methods - {"HEAD", "OPTIONS"})
    }


def filled(path: str, values: Mapping[str, Any]) -> str:
    """The path with its parameters replaced; a parameter is known by the step before it, as in `names/{name_id:int}`."""
    steps = path.split("/")
    done = []
    for place, step in enumerate(steps):
        if step.startswith("{"):
            before = steps[place - 1]
            key = step.strip("{}").partition(":")[0] if before.startswith("{") else before
            if key == "files" and "topics" in steps:
                key = "topics/files"  # of a topic by the number of the statement, of the map by the hash of the bytes
            if key == "tags" and "topics" not in steps:
                key = "tagged"  # of a topic by the number of the association, of the map by the tag's address
            step = str(values["admin/" + key if steps[1] == "admin" else key])
        done.append(step)
    return "/".join(done)


@dataclass
class Whole:
    """The site. `people` are browsers by role, `maps` the numbers of the maps by state; all maps belong to the owner.

    `log` is what the application wrote."""

    site: Site
    people: dict[str, Client] = field(default_factory=dict)
    maps: dict[str, int] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    base: dict[str, dict[str, int]] = field(default_factory=dict)
    log: list[EventDict] = field(default_factory=list)

    def id_of(self, who: str) -> int:
        """The number of a person who has an account."""
        person = self.people[who]
        assert isinstance(person, Person)
        return person.id

    async def state(self, map_id: int | None = None) -> list[tuple[str, int, int]]:
        """Changes whenever any row of the site, or of one map, does; tries to sign in do not count."""
        async with self.site.database.reading() as connection:
            rows = await connection.exec_driver_sql(_STATE if map_id is None else _STATE_OF_MAP.format(map_id))
            return sorted((row[0], row[1], row[2]) for row in rows)  # parts of the statement that run side by side come as they end

    def faults(self) -> str:
        """The tracebacks that were logged since this was last asked."""
        found = [event for event in self.log if event["log_level"] == "error"]
        self.log.clear()
        return "\n".join("".join(format_exception(event["exc_info"])) for event in found if isinstance(event.get("exc_info"), Exception))

    async def stand(self, state: str) -> None:
        """Put a map back into its state."""
        async with self.site.database.writing() as session:
            await session.execute(
                text(
                    "UPDATE map SET title = 'Italian opera', promoted_at = NULL, published_at = CASE WHEN :published THEN now() END,"
                    " trashed_at = CASE WHEN :trashed THEN now() END WHERE id = :id"
                ),
                {"id": self.maps[state], "published": state == "published", "trashed": state == "trashed"},
            )
            await self._gather(session, state)

    async def _gather(self, session: AsyncSession, state: str) -> None:
        """Let the map have its owner and its members, and the spare person as one more."""
        values = {"id": self.maps[state], "owner": self.id_of("owner")}
        await session.execute(text("UPDATE map SET owner_id = :owner WHERE id = :id"), values)
        await session.execute(text("DELETE FROM map_member WHERE map_id = :id"), values)
        for who, mode in (*(MODES.items() if state != "private" else ()), ("spare", "view")):
            await session.execute(insert(MapMember).values(map_id=self.maps[state], user_id=self.id_of(who), mode=mode))

    async def reader_by_link(self, state: str, kind: str, values: Mapping[str, Any]) -> Client:
        """A browser that has opened a share link to a map, or to the topic or path of the values; the map is in its state then."""
        slug = {"map": None, "topic": values["topics"], "path": values["paths"]}[kind]
        key, map_id = self.site.parts.signer.key("share-link"), self.maps[state]
        async with self.site.database.writing() as session:
            # As it is now it may be open to everybody, or not even to the link.
            await session.execute(text("UPDATE map SET published_at = NULL, trashed_at = NULL WHERE id = :id"), {"id": map_id})
            connection = await session.connection()
            subject = await find_subject(connection, map_id, slug) if slug else None
            made = await make_link(session, key, map_id, self.id_of("owner"), LinkFields(kind, subject, "", None))  # type: ignore[arg-type]  # one of three words
            row = await find_link(connection, map_id, made)
        reader = self.site.anonymous
        opened = await reader.get(f"/s/{token_of(key, map_id, row.nonce).text}")
        assert opened.status_code == 303 and "links" in reader.cookies
        await self.stand(state)
        return reader

    async def _invitations(self, session: AsyncSession, state: str) -> dict[str, Any]:
        """Invitations to the map by address and by link, and what waits for the owner in the map of somebody else."""
        host = sharing.Host(self.id_of("owner"), "Owner", sharing.LinkMaker(self.site.parts.settings.secret_key), self.site.parts.mailer)
        number = next(_numbers)
        await sharing.invite(session, self.maps[state], host, emails=f"invited-{number}@example.org", mode="edit")
        waiting = (await sharing.list_waiting(await session.connection(), self.maps[state])).rows[0]
        other = {"id": self.maps["other"], "owner": self.id_of("owner"), "spare": self.id_of("spare")}
        await session.execute(text("UPDATE map SET owner_id = :spare WHERE id = :id"), other)
        await session.execute(text("DELETE FROM map_member WHERE map_id = :id"), other)
        await session.execute(text("INSERT INTO map_member (map_id, user_id, mode) VALUES (:id, :owner, 'edit')"), other)
        await sharing.offer_ownership(session, other["id"], host, self.id_of("owner"))
        offer = await sharing.find_offer(await session.connection(), other["id"])
        assert offer is not None
        complaint = check_complaint(address="", reason="law", words="", email="")
        report = await report_map(session, self.maps["other"], None, complaint)
        return {
            "admin/reports": f"{self.maps['other']}-{report}",
            "people": self.id_of("spare"),
            "invited": waiting.id,
            "join": (sharing.link_to_show(host.links, waiting) or "").removeprefix("/join/"),
            "joining": f"{offer.map_id}-{offer.id}",
        }

    async def values(self, state: str) -> dict[str, Any]:
        """What to fill into addresses: a new topic of the map with a statement of every kind."""
        async with self.site.database.writing() as session:
            # Neither the links that earlier questions made nor how often they asked may stand in the way of this one.
            await session.execute(text("DELETE FROM share_link WHERE map_id = :id"), {"id": self.maps[state]})
            await session.execute(text("DELETE FROM rate_limit"))
            made = await self._topic(session, state)
            made |= await self._invitations(session, state)
            await accounts.invite(session, self.id_of("admin"))
            moment, trouble = datetime.now(UTC), f"{next(_numbers):032x}"
            await troubles.add(session, trouble, "Error", "", moment, moment, 1)
            invitations = await accounts.list_invitations(await session.connection())
            made |= await _mailed(session, self.id_of("spare"))
        invitation = accounts.invitation_reference(invitations[0])
        return {
            **self.fixed,
            "maps": f"{self.maps[state]}-italian-opera",
            "admin/invitations": invitation,
            "admin/troubles": trouble,
            **made,
        }

    async def _topic(self, session: AsyncSession, state: str) -> dict[str, Any]:
        place = (session, self.maps[state], self.id_of("owner"))
        base, number = self.base[state], next(_numbers)
        topic = (await create_topic(*place, name=f"Topic {number}")).construct_id
        other = (await create_topic(*place, name=f"Other {number}")).construct_id
        row = await session.get_one(Topic, (self.maps[state], topic))
        then = await session.scalar(select(TopicMap.version).where(TopicMap.id == self.maps[state]))
        source = f"See [[Other {number}]]."
        first = await save_text(session, self.site.objects, *place[1:], topic, source="See.", expected=None)
        expected = sha256(b"See.").digest()
        written = await save_text(session, self.site.objects, *place[1:], topic, source=source, expected=expected)
        naming = f"Topic {number} is named here."
        mention = await save_text(session, self.site.objects, *place[1:], other, source=naming, expected=None)
        noted = f"A note of {number}."
        note = await add_note(session, self.site.objects, *place[1:], source=noted, topic_id=topic)
        identifier = f"https://example.org/{number}"
        await add_identifier(*place, topic, iri=identifier)
        fact = (await add_occurrence(*place, topic, type_id=base["location"], value=str(number))).construct_id
        date = (await add_occurrence(*place, topic, type_id=base["temporal-event"], value="1900", datatype="edtf")).construct_id
        spot = (await add_occurrence(*place, topic, type_id=base["location"], value="41.9, 12.5", datatype="geo")).construct_id
        film = await add_occurrence(*place, topic, type_id=base["video"], value=f"https://youtu.be/film{number:07}", datatype="anyURI")
        urls = [f"https://example.org/{number}/{page}" for page in (1, 2)]
        links = [await add_occurrence(*place, topic, type_id=base["url"], value=url, datatype="anyURI") for url in urls]
        files = [await _described(session, place, topic, base[kind]) for kind in ("file", "image")]  # the same bytes as two kinds
        members = [(base["related"], topic), (base["related"], other)]
        link = (await create_association(*place, type_id=base["inclusion"], members=members)).construct_id
        detail = (await add_occurrence(*place, link, type_id=base["location"], value=str(number))).construct_id
        tag = (await add_tag(*place, topic, f"Tag {number}")).construct_id
        path = await save_path(*place, name=f"Path {number}", step_ids=[topic, other])
        path_row = await session.get_one(Topic, (self.maps[state], path.construct_id))
        name = await add_name(*place, topic, value=f"Name {number}")
        shared = await make_link(session, self.site.parts.signer.key("share-link"), *place[1:], LinkFields("map", None, "", None))
        return {
            "topics": row.slug,
            "topic_id": topic,
            "other_id": other,
            "other": f"Other {number}",
            "topic": f"Topic {number}",
            "text": written.construct_id,
            "texts": written.construct_id,
            "versions": first.change_id,
            "then": then,
            "text_digest": sha256(source.encode()).hexdigest(),
            "mentions": mention.construct_id,
            "mention_digest": sha256(naming.encode()).hexdigest(),
            "notes": note.construct_id,
            "note_digest": sha256(noted.encode()).hexdigest(),
            "iri": identifier,
            "occurrences": fact,
            "resources": "attributes",
            "occurrence_id": fact,
            "topics/files": files[0],
            "links": links[0].construct_id,
            "players": film.construct_id,
            "dates": date,
            "places": spot,
            "associations": link,
            "details": detail,
            "tags": tag,
            "tagged": f"tag-{number}",
            "paths": path_row.slug,
            "names": name.construct_id,
            "about": topic,
            "comments": await _comment(session, self.maps[state], topic, self.id_of("owner")),
            "share-links": shared,
            "s": f"{self.maps[state]}-{'x' * 24}",
            "changes": name.change_id,
        }


@asynccontextmanager
async def prepared(database_url: str, database: Database, folder: Path, **settings: str) -> AsyncIterator[Whole]:
    """The site on a database that nobody uses at the time, which is emptied at the end."""
    environ = {"DATABASE_URL": database_url, "SECRET_KEY": secrets.token_urlsafe(32), "STORAGE": str(folder / "storage"), **settings}
    with capture_logs(processors=[merge_contextvars]) as log:
        async with emptied(database), whole_site(create_app(load_settings(environ), with_jobs=False)) as site:
            site.log = log
            yield site


@asynccontextmanager
async def whole_site(app: Litestar) -> AsyncIterator[Whole]:
    """The application with its people and maps. Nobody and nothing is made twice, so one site serves many tests."""
    async with asked_here(app) as site:
        whole = Whole(site)
        await settle(whole)
        yield whole


@asynccontextmanager
async def asked_here(app: Litestar) -> AsyncIterator[Site]:
    """The application in the test's own event loop, without the thread that other clients of Litestar's put between."""
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver.local") as client:
        try:
            yield Site(app, client)  # type: ignore[arg-type]  # it asks as the other client does
        finally:
            await app.state.parts.database.close()


@asynccontextmanager
async def emptied(database: Database) -> AsyncIterator[None]:
    """Every table is emptied at the end."""
    yield
    async with database.writer.begin() as connection:
        names = await connection.execute(
            text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
        )
        await connection.execute(text(f"TRUNCATE {', '.join(names.scalars())} RESTART IDENTITY CASCADE"))


async def settle(whole: Whole) -> None:
    """People and maps, new ones each time."""
    site = whole.site
    for who in PEOPLE:
        whole.people[who] = (
            site.anonymous if who == "anonymous" else await site.person(f"{who}-{next(_numbers)}@example.org", admin=who == "admin")
        )
    spare = await site.person(f"spare-{next(_numbers)}@example.org")
    whole.people["spare"] = spare
    async with site.database.writing() as session:
        whole.maps["other"] = await create_map(session, spare.id, check_fields(title="A map of somebody else"))
    picture = await prepare_picture(_picture())
    for state in STATES:
        async with site.database.writing() as session:
            map_id = await create_map(session, whole.id_of("owner"), check_fields(title="Italian opera"))
            whole.maps[state], whole.base[state] = map_id, dict(await base_ids(session, map_id))
            kept = await keep_picture(session, site.objects, map_id, picture)
            await edit_map(session, map_id, whole.id_of("owner"), check_fields(title="Italian opera"), image_sha256=kept)
            topic = await create_topic(session, map_id, whole.id_of("owner"), name="Files")
            await _file(session, site, map_id, topic.construct_id, whole.base[state]["file"])
        await whole.stand(state)
    async with site.database.writing() as session:
        owner, admin = whole.id_of("owner"), whole.id_of("admin")
        invitation, reset = await accounts.invite(session, admin), await accounts.make_reset(session, admin, spare.id)
        await accounts.open_session(session, owner, Browser("127.0.0.1", "Another browser"), days=1)
        sessions = await accounts.list_sessions(await session.connection(), owner)
        arguments = {"key": "imports/none", "file_name": "opera.xtm", "title": "", "megabytes": 1}
        whole.fixed = {
            "digest": sha256(FILE).hexdigest(),
            "files": sha256(FILE).hexdigest(),
            "name": "synopsis.txt",
            "importing": await jobs.add_job(session, "import", user_id=owner, arguments=arguments),
            "sessions": sessions[0].id if sessions[0].user_agent == "Another browser" else sessions[1].id,
            "admin/users": spare.id,
            "invitations": invitation.token,
            "reset": reset.token,
            "static": site.parts.assets.digest,
            "mail": stop_path(site.parts.signer, spare.id).rpartition("/")[2],
            "notices": await _notice(session, owner),
        }
        # Whoever comes again after five minutes is noted in the row of the session: that is no change that a request makes.
        await session.execute(text("UPDATE user_session SET last_seen_at = now() + interval '1 day'"))


async def _comment(session: AsyncSession, map_id: int, topic_id: int, user_id: int) -> int:
    words = {"body": "Is it?", "html": "<p>Is it?</p>"}
    return await insert_thread(session, map_id, user_id, construct_id=topic_id, topic_id=topic_id, kind="topic", quote="Tosca", **words)


async def _mailed(session: AsyncSession, user_id: int) -> dict[str, Any]:
    """What came to the person by mail, and a mail that waits."""
    person = await session.get_one(User, user_id)
    row = await add_mail(session, recipient=person.email, subject="Hello", body="Hello")
    made = {}
    for step, purpose in (("confirmations", "confirm"), ("addresses", "address"), ("returns", "return")):
        made[step] = (await links.make_link(session, purpose, 1, user_id=user_id, email=person.email, created_by=None)).token
    return {**made, "admin/mail": row}


async def _comment(session: AsyncSession, map_id: int, topic_id: int, user_id: int) -> int:
    words = {"body": "Is it?", "html": "<p>Is it?</p>"}
    return await insert_thread(session, map_id, user_id, construct_id=topic_id, topic_id=topic_id, kind="topic", quote="Tosca", **words)


async def _notice(session: AsyncSession, user_id: int) -> int:
    await notify(session, user_id=user_id, kind="removed", detail={"title": "Italian opera"})
    return int((await session.execute(text("SELECT max(id) FROM notice"))).scalar_one())


async def _file(session: AsyncSession, site: Site, map_id: int, topic_id: int, type_id: int) -> None:
    digest = await put_content(site.objects, map_id, FILE, "text/plain")
    await session.execute(insert(Content).values(map_id=map_id, sha256=digest, media_type="text/plain", bytes=len(FILE)))
    value = f"sha256:{digest.hex()}"
    await session.execute(
        insert(Occurrence).values(map_id=map_id, topic_id=topic_id, type_id=type_id, value=value, sha256=digest, file_name="synopsis.txt")
    )


async def _described(session: AsyncSession, place: tuple[AsyncSession, int, int], topic_id: int, type_id: int) -> int:
    """A file of a topic; its bytes are those that the map has already."""
    digest = sha256(FILE).digest()
    values = {"map_id": place[1], "topic_id": topic_id, "type_id": type_id, "sha256": digest, "file_name": "synopsis.txt"}
    value = f"sha256:{digest.hex()}"
    datatype = "https://www.iana.org/assignments/media-types/text/plain"
    statement = insert(Occurrence).values(**values, value=value, datatype=datatype).returning(Occurrence.id)
    return int((await session.execute(statement)).scalar_one())


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    return file.getvalue()


def unmarked(response: Response, *addresses: object) -> str:
    """The body without what may differ between two answers of the same kind: the request's id, and the given parts of addresses."""
    body = response.text.replace(response.headers.get("x-request-id", "\0"), "ID")
    for address in addresses:
        body = body.replace(str(address), "ADDRESS")
    return re.sub(r"\b[0-9a-f]{16}\b", "ID", body)
