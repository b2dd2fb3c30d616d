"""Puts the corpus into every column of the database in which words of people lie, whether or not a form would let them in.

One row of each kind is made by the product itself; the others are copies of it with hostile words, written by SQL. That is quick, and shows
that no page trusts what lies in the database: an import, a restored copy or a fault elsewhere may have brought it there.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.content import content_key
from contextualise.domain.names import add_variant, edit_name
from contextualise.domain.notices.kinds import KINDS
from contextualise.domain.occurrences import edit_occurrence
from contextualise.domain.texts.saving import rendered
from contextualise.domain.topics import create_topic, delete_topic
from contextualise.domain.writing_drafts import keep_draft
from contextualise.repository.contents import MARKDOWN
from tests.whole import Whole
from tests.xss.payloads import line, packed

# Every column of text, and why it cannot hold words of people; the others hold the corpus. A new column fails until it is planted or told
# here.
NEVER = {
    "account_link.purpose": "one of a few words",
    "alembic_version.version_num": "of the schema",
    "app_user.email_key": "compared, never shown",
    "app_user.password_hash": "never shown",
    "audit.action": "written by the code",
    "change.op": "written by the code",
    "comment.kind": "one of a few words",
    "comment.html": "made from the comment, and planted with it",
    "content.html": "made from the text, and planted with it",
    "content.plain": "made from the text, and planted with it",
    "content.media_type": "what the bytes are recognised as",
    "content_link.target": "made from the text, and planted with it",
    "content_link.key": "compared, never shown",
    "content_link.slug": "compared, never shown",
    "job.kind": "written by the code",
    "job.state": "one of a few words",
    "map.default_lang": "one of a list",
    "map.accent": "one of a list",
    "map.base_iri": "made by the code",
    "map_invitation.email_key": "compared, never shown",
    "map_invitation.mode": "one of a few words",
    "map_member.mode": "one of a few words",
    "name.key": "compared, never shown",
    "notice.kind": "written by the code",
    "notice.needs": "one of a few words",
    "rate_limit.key": "never shown",
    "reification.kind": "one letter",
    "rendition.media_type": "written by the code",
    "scope.key": "numbers",
    "share_link.kind": "one of a few words",
    "topic.slug": "letters, digits and hyphens",
    "topic.sort_key": "compared, never shown",
    "trouble.fingerprint": "a hash",
}


@dataclass
class Planted:
    """The map full of it: a topic for each kind of statement, what to fill into addresses, and how many payloads each column holds."""

    topics: dict[str, str]
    values: dict[str, Any]
    hostile: dict[str, tuple[str, int]]
    """A hostile statement of each kind, as addresses name kinds: the topic that has it, and its number."""
    counts: dict[str, int]


@dataclass
class Copier:
    """Copies rows, changing what is given."""

    connection: AsyncConnection

    async def columns(self, table: str) -> list[str]:
        """The columns that a copy takes over: neither made by the database nor numbered by it."""
        rows = await self.connection.execute(
            text(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = :table"
                " AND is_generated = 'NEVER' AND NOT (column_name = 'id' AND (is_identity = 'YES' OR column_default IS NOT NULL))"
                " ORDER BY ordinal_position"
            ),
            {"table": table},
        )
        return list(rows.scalars())

    async def copy(self, table: str, where: str, words: Sequence[str], **changed: str) -> None:
        """A copy of the row for each of the words; `changed` are expressions of SQL in which :word and :n stand for them."""
        columns = await self.columns(table)
        unknown = changed.keys() - set(columns) - {"id"}
        assert not unknown, (table, unknown)
        names = [*columns, *(changed.keys() - set(columns))]
        shown = ", ".join(changed.get(name, f't."{name}"') for name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        one = f"SELECT * FROM {table} WHERE {where} ORDER BY ctid LIMIT 1"
        several = "unnest(CAST(:words AS text[])) WITH ORDINALITY AS w (word, n)"
        done = await self.connection.execute(
            text(f"INSERT INTO {table} ({listed}) SELECT {shown} FROM ({one}) t, {several}"),
            {"words": [word.replace("\0", "") for word in words]},
        )
        assert done.rowcount == len(words), (table, where, done.rowcount)

    async def make(self, table: str, words: Sequence[str], **columns: str) -> None:
        """A row for each of the words, made of expressions in which :word and :n stand for them."""
        names, shown = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
        several = "unnest(CAST(:words AS text[])) WITH ORDINALITY AS w (word, n)"
        statement = text(f"INSERT INTO {table} ({names}) SELECT {shown} FROM {several}")
        await self.connection.execute(statement, {"words": [word.replace("\0", "") for word in words]})

    async def run(self, statement: str, **values: Any) -> None:
        await self.connection.execute(text(statement), values)


async def plant(whole: Whole, payloads: Sequence[str]) -> Planted:
    """Fill the owner's private map, and what stands around it, with the payloads."""
    values = await whole.values("private")
    map_id, owner = whole.maps["private"], whole.id_of("owner")
    subjects = await _by_the_product(whole, values, payloads)
    database = whole.site.database
    async with database.writer.begin() as connection:
        copier = Copier(connection)
        await _statements(copier, map_id, values, subjects, payloads)
        await _around(copier, map_id, owner, payloads)
        await _together(copier, map_id, owner, int(values["topic_id"]), payloads)
        await copier.run("UPDATE map SET version = version + 1 WHERE id = :map", map=map_id)
    await _texts(whole, map_id, values, subjects, payloads)
    async with database.reading() as connection:
        counts = {
            f"{table}.{column}": await _count(connection, table, column, payloads) for table, column in await text_columns(connection)
        }
        slugs = await connection.execute(text("SELECT id, slug FROM topic WHERE map_id = :map"), {"map": map_id})
        slug_of: dict[int, str] = {row[0]: row[1] for row in slugs}
        hostile = {key: await _youngest(connection, map_id, *of) for key, of in _places(subjects).items()}
    topics = {what: slug_of[number] for what, number in subjects.items()}
    return Planted(topics, values, hostile, counts)


def _places(subjects: dict[str, int]) -> dict[str, tuple[str, int]]:
    """In which table, and on which topic, the hostile statements are that an address calls so."""
    attributes = ("attributes", "occurrences", "dates", "places")
    return {
        "names": ("name", subjects["names"]),
        "text": ("occurrence", subjects["texts-0"]),
        "texts": ("occurrence", subjects["texts-0"]),
        "notes": ("occurrence", subjects["notes"]),
        "links": ("occurrence", subjects["links"]),
        "players": ("occurrence", subjects["links"]),
        "topics/files": ("occurrence", subjects["files"]),
        **dict.fromkeys(attributes, ("occurrence", subjects["attributes"])),
    }


async def _youngest(connection: AsyncConnection, map_id: int, table: str, topic_id: int) -> tuple[str, int]:
    statement = (
        f"SELECT t.slug, max(s.id) FROM {table} s JOIN topic t ON t.map_id = s.map_id AND t.id = s.topic_id"
        " WHERE s.map_id = :map AND s.topic_id = :topic GROUP BY t.slug"
    )
    row = (await connection.execute(text(statement), {"map": map_id, "topic": topic_id})).one()
    return row[0], row[1]


async def text_columns(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Every column in which words can lie."""
    rows = await connection.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND (data_type IN ('text', 'character varying', 'json', 'jsonb') OR udt_name = '_text') ORDER BY 1, 2"
        )
    )
    return [(row[0], row[1]) for row in rows]


async def _by_the_product(whole: Whole, values: dict[str, Any], payloads: Sequence[str]) -> dict[str, int]:
    """Topics with hostile names, which are kinds, contexts and roles as well; changes of all kinds; something in the trash; drafts."""
    place = (whole.maps["private"], whole.id_of("owner"))
    subjects = {}
    printable = [payload for payload in payloads if line(payload).isprintable()]  # no form lets others in; they are copied in afterwards
    async with whole.site.database.writing() as session:
        for what in ("names", "attributes", "links", "identifiers", "files", "texts-0", "texts-1", "texts-2", "notes", "others"):
            subjects[what] = (await create_topic(session, *place, name=f"The {what}")).construct_id
        hostile = [(await create_topic(session, *place, name=name)).construct_id for name in packed(printable, 900)]
        for name in packed(printable[::7], 900)[:3]:
            await edit_name(session, *place, values["names"], value=name, type_id=None, scope_ids=[])
            kind = {"type_id": hostile[1], "scope_ids": [hostile[2]], "datatype": "string"}
            await edit_occurrence(session, *place, values["occurrences"], value=name, **kind)
        await add_variant(session, *place, values["names"], value="variant", scope_ids=hostile[:1])
        await delete_topic(session, *place, hostile[-1])
        for number, source in enumerate(packed(payloads, 3000)[:5]):
            await keep_draft(session, *place, f"topics/{values['topics']}/text/new#{number}", source=source)
    values["hostile"] = hostile[:-1]
    return subjects


async def _statements(copier: Copier, map_id: int, values: dict[str, Any], subjects: dict[str, int], payloads: Sequence[str]) -> None:
    """Everything on topics. Addresses are hostile from their first sign on; other values are packed."""
    few, lines = packed(payloads, 900), packed(payloads, 300)
    hostile = values["hostile"]
    kinds = f"(ARRAY[{','.join(map(str, hostile))}])[1 + n % {len(hostile)}]"

    def here(table_id: str, key: str) -> str:
        return f"map_id = {map_id} AND {table_id} = {int(values[key])}"

    await copier.run("UPDATE topic SET label = :word WHERE map_id = :map AND id = :id", map=map_id, id=values["other_id"], word=few[0])
    await copier.copy("name", here("id", "names"), lines, topic_id=str(subjects["names"]), value="word", key="lower(left(word, 200))")
    await copier.copy("variant", f"map_id = {map_id}", lines, value="word")
    await copier.copy("variant", f"map_id = {map_id}", lines, datatype="left(word, 300)", value="'v' || n")
    at = here("id", "occurrences")
    await copier.copy("occurrence", at, lines, topic_id=str(subjects["attributes"]), type_id=kinds, value="word", title="word")
    await copier.copy("occurrence", at, lines, topic_id=str(subjects["attributes"]), type_id=kinds, value="'v' || n", datatype="word")
    for key in ("dates", "places", "details"):
        target = {} if key == "details" else {"topic_id": str(subjects["attributes"])}
        await copier.copy("occurrence", here("id", key), lines, value="word", title="word", **target)
    for key, what in (("links", "links"), ("players", "links")):
        await copier.copy(
            "occurrence", here("id", key), list(dict.fromkeys(payloads)), topic_id=str(subjects[what]), value="word", title="word"
        )
    await copier.copy(
        *("occurrence", here("id", "topics/files"), lines),
        topic_id=str(subjects["files"]), value="t.value || '#' || n", file_name="word", title="word", alt="word",
    )  # fmt: skip
    image = f"map_id = {map_id} AND topic_id = {int(values['topic_id'])} AND file_name IS NOT NULL AND id <> {int(values['topics/files'])}"
    await copier.copy(
        "occurrence", image, lines, topic_id=str(subjects["files"]), value="t.value || '#' || n", file_name="word", title="word", alt="word"
    )
    for kind in (1, 2, 3):
        await copier.copy(
            "identifier", f"map_id = {map_id} AND kind = 1", payloads, kind=str(kind), iri="word", construct_id=str(subjects["identifiers"])
        )
    await copier.copy("change", here("id", "changes"), lines, label="word", undone_by="NULL", rows="jsonb_build_array()")
    await copier.copy("change", here("id", "changes"), lines, label="word", op="'name.edit'", rows="t.rows")
    await copier.copy("draft", f"map_id = {map_id}", lines, place="'topics/' || word || '/text/new#' || n", source="word")
    await copier.run(
        "UPDATE content SET problem = :word WHERE map_id = :map AND sha256 = decode(:digest, 'hex')",
        map=map_id, word=" ".join(few), digest=values["digest"],
    )  # fmt: skip


async def _around(copier: Copier, map_id: int, owner: int, payloads: Sequence[str]) -> None:
    """People, their browsers, links, jobs, and all that concerns them."""
    lines, names, all_of_them = packed(payloads, 300), packed(payloads, 126), " ".join(packed(payloads, 200))
    person = "id = " + str(owner)
    await copier.copy("app_user", person, names, name="word", email="word", email_key="'hostile-' || n", is_admin="false")
    someone = "(SELECT id FROM app_user WHERE email_key = 'hostile-' || (1 + n % 100))"
    hashed = "sha256(convert_to(word || n, 'UTF8'))"
    await copier.copy("user_session", f"user_id = {owner}", lines, token_hash=hashed, user_agent="word", address="word")
    await copier.copy("account_link", "purpose = 'invite'", lines, token_hash=hashed, email="word", created_by=someone)
    await copier.copy("map_member", f"map_id = {map_id}", names, user_id="(SELECT id FROM app_user WHERE email_key = 'hostile-' || n)")
    of_others = someone.replace("n %", "change.id %")
    await copier.run(f"UPDATE change SET user_id = {of_others} WHERE map_id = :map AND id % 3 > 0", map=map_id)
    await copier.run(
        "UPDATE job SET message = :word, state = 'failed',"
        " arguments = arguments || jsonb_build_object('file_name', CAST(:word AS text), 'title', CAST(:word AS text)),"
        " result = jsonb_build_object('warnings', CAST(:words AS jsonb))",
        word=all_of_them, words=json.dumps(lines),
    )  # fmt: skip


async def _together(copier: Copier, map_id: int, owner: int, topic_id: int, payloads: Sequence[str]) -> None:
    """What people who work together leave: invitations, links, notices, reports, the log of access, mail."""
    lines, short = packed(payloads, 300), packed(payloads, 200)
    someone = "(SELECT id FROM app_user WHERE email_key = 'hostile-' || (1 + n % 100))"
    on_map = {"map_id": str(map_id)}
    hashed, later = "sha256(convert_to(word || n, 'UTF8'))", "now() + interval '3 days'"
    secret = {"token_hash": hashed, "nonce": f"substr({hashed}, 1, 16)"}
    await copier.make(
        *("map_invitation", short),
        **on_map, **secret, email="word", email_key="'hostile-' || n", mode="'view'", created_by=someone, expires_at=later,
    )  # fmt: skip
    await copier.make("share_link", short, **on_map, **secret, kind="'map'", label="word", created_by=someone, expires_at=later)
    link = f"(SELECT max(id) FROM share_link WHERE map_id = {map_id})"
    await copier.make("share_use", lines, **on_map, link_id=link, day="current_date", visitor=hashed, browser="word")
    detail = "jsonb_build_object('title', word, 'about', word, 'words', word, 'outcome', word, 'may', word)"
    for place, (kind, known) in enumerate(KINDS.items()):
        told = {"kind": f"'{kind}'", "needs": f"'{known.needs}'", "by_user_id": someone, "detail": detail}
        await copier.make("notice", lines[place :: len(KINDS)], **on_map, user_id=str(owner), **told)
    await copier.make(
        *("report", lines),
        **on_map, address="'/maps/' || word", reason="word", body="word", email="word", outcome="word", user_id=someone,
        handled_at="CASE WHEN n % 2 = 0 THEN now() END",
    )  # fmt: skip
    actions = ("member.add", "map.publish", "share.create", "account.disable", "none.such")
    chosen = f"(ARRAY{list(actions)})[1 + n % {len(actions)}]"
    kept = {"user_name": "word", "map_title": "word", "subject": "word", "detail": "jsonb_build_object('x', word, word, word)"}
    await copier.make("audit", lines, **on_map, user_id=someone, action=chosen, **kept)
    await copier.make("trouble", lines, fingerprint="'hostile-' || n", summary="word", sample="word")
    await copier.make("outgoing_mail", lines, recipient="word", subject="word", body="word", problem="word", failed_at="now()")
    place = {"topic_id": str(topic_id), "user_id": someone, "stream_id": "gen_random_uuid()"}
    await copier.make("presence", lines, **on_map, **place, editing="word", editing_at="now()")


async def _texts(whole: Whole, map_id: int, values: dict[str, Any], subjects: dict[str, int], payloads: Sequence[str]) -> None:
    """Each payload as a text of its own, and as a note: Markdown is where the most can go wrong."""
    made = []
    for payload in payloads:
        source = payload.replace("\0", "")
        digest = sha256(source.encode()).digest()
        row = await rendered(map_id, source, id_prefix=f"t{digest.hex()[:6]}-")
        made.append({"digest": digest, "html": row.html, "plain": row.plain, "bytes": len(source.encode())})
        await whole.site.objects.put(content_key(map_id, digest), source.encode(), MARKDOWN)
    async with whole.site.database.writer.begin() as connection:
        for row in made:
            await connection.execute(
                text(
                    "INSERT INTO content (map_id, sha256, media_type, bytes, html, plain)"
                    " VALUES (:map, :digest, :type, :bytes, :html, :plain) ON CONFLICT DO NOTHING"
                ),
                {"map": map_id, "type": MARKDOWN, **row},
            )
        copier, hashes = Copier(connection), [row["digest"].hex() for row in made]
        changed = {"value": "'sha256:' || word", "sha256": "decode(word, 'hex')"}
        third = len(hashes) // 3 + 1
        for part in range(3):
            await copier.copy(
                *("occurrence", f"map_id = {map_id} AND id = {int(values['text'])}", hashes[part * third : (part + 1) * third]),
                topic_id=str(subjects[f"texts-{part}"]),
                **changed,
            )
        await copier.copy(
            "occurrence", f"map_id = {map_id} AND id = {int(values['notes'])}", hashes, topic_id=str(subjects["notes"]), **changed
        )
        number = str(int(values["topic_id"]))
        await copier.make(
            *("comment", [payload.replace("\0", "") for payload in payloads]),
            map_id=str(map_id), thread_id="0", construct_id=number, origin_id=number, topic_id=number, kind="'topic'",
            quote="word", body="word", user_id="(SELECT max(id) FROM app_user)",
            html=f"(SELECT html FROM content WHERE map_id = {map_id} AND sha256 = sha256(convert_to(word, 'UTF8')))",
        )  # fmt: skip
        await copier.run("UPDATE comment SET thread_id = id WHERE map_id = :map AND thread_id = 0", map=map_id)
        await copier.run("UPDATE map SET version = version + 1 WHERE id = :map", map=map_id)


async def _count(connection: AsyncConnection, table: str, column: str, payloads: Sequence[str]) -> int:
    """How many of the payloads lie in the column, by their numbers."""
    rows = await connection.execute(text(f'SELECT "{column}"::text FROM {table}'))
    words = " ".join(row for row in rows.scalars() if row)
    found = set(re.findall(r"window\.__x=(\d+)|parent\.__x=(\d+)|evil\.example/(\d+)", words))
    return len({number for numbers in found for number in numbers if number})
