"""Whatever is sent to any address, the answer is one that was thought of: never 500, always brought to its end.

`FUZZ_EXAMPLES=20000 pytest tests/integration/web/test_fuzz.py` looks for longer than the few seconds of an ordinary run.
"""

import os
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contextualise.repository.database import Database
from tests import asgi
from tests.whole import Whole, filled, prepared, routes_of

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "600"))

HOSTILE = [
    *("", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\ufeff", "\u202e", "\u2028", "\r\n", "\t", "\x1b[2J", "\x7f", "\x85"),
    *("%", "%00", "%zz", "%s", "%(map_id)s", "{0}", "{{ 7 * 7 }}", "${7*7}", "$1", ":slug", "?", "#", "&a=b", ";"),
    *(".", "..", "../../etc/passwd", "..%2f..%2f", "/", "//", "//evil.example", "\\", "*", "new", "null", "None", "true", "on"),
    *("'", '"', "' OR 1=1 --", "\\'; DROP TABLE map; --", "E'\\000'", "(((", "[[[[", "]]", "a]b[c", "_", "%_%", "\\%"),
    *("<script>window.__x=1</script>", '"><img src=x onerror=window.__x=1>', "javascript:window.__x=1", "data:text/html,x", "]]>"),
    *("0", "-1", "1", "00", "+1", "1_0", "1.5", "1e400", "-0", "NaN", "Infinity", "0x10", "9" * 30, "9" * 5000, "١٢٣", "²", "½"),
    *(str(2**31), str(2**31 - 1), str(2**63 - 1), str(2**63), str(2**64), str(-(2**63) - 1)),
    *("2020-02-30", "0000-00-00", "-99999-01-01", "99999-12-31", "9999-99-99T99:99:99Z", "24:00", "P1Y", "1900~", "19XX", "../.."),
    *("geo:91,181", "geo:nan,nan", "geo:0,0", "1900-01-01/..", "http://[", "http://a:b@c:99999999/", "https://xn--a", "mailto:", "://"),
    *("a" * 300, "é" * 250, "𝕏" * 130, "歌劇 " * 80, "e" + "\u0301" * 400, "\u0627\u0644" * 100, "İıßſﬁ", "👩‍👩‍👧" * 20),
    *("- " * 400, "> " * 300, "[a](" * 200, "`" * 500, "[[a|b]]" * 60, "| a " * 100 + "\n" + "|-" * 100),
]
LONG = ["a" * 100_000, "é" * 50_000, "[" * 50_000, "a,b " * 25_000, "\n" * 100_000, "𝕏" * 25_000, "<" * 100_000]
# What handlers look for, in addresses and in forms.
NAMES = [
    *("q", "after", "before", "scope", "strict", "sort", "dir", "type", "types", "base", "last", "show", "next", "token", "size", "in"),
    *("with", "other", "other_id", "name", "topic", "published", "promoted", "version", "page", "group", "role", "theme"),
]
FIELDS = [
    *("name", "value", "text", "title", "description", "url", "slug", "iri", "kind", "datatype", "type", "type_id", "type_create"),
    *("theme", "theme_text", "theme_id", "theme_create", "language", "variant", "variant_theme", "remove_variant", "expected", "preview"),
    *("topic", "topic_id", "topic_create", "create", "other", "other_id", "replacement", "replacement_id", "asked", "anyway", "tags"),
    *("role-0", "role-0_id", "role-0_create", "player-0", "player-0_id", "player-0_create", "role-1", "player-1", "role-9999"),
    *("player-99999", "more", "remove", "email", "password", "current", "new", "token", "sample", "makes_admin", "next", "default_lang"),
    *("accent", "published", "promoted", "remove_image", "image", "file", "", "a" * 200, "type[]", "__proto__"),
]
DATATYPES = [
    *("string", "integer", "decimal", "double", "boolean", "date", "datetime", "time", "duration", "link", "place", "edtf", "geo"),
    *("http://www.w3.org/2001/XMLSchema#date", "http://www.w3.org/2001/XMLSchema#anyURI"),
]

texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=12))
longer = st.one_of(texts, texts, texts, st.sampled_from(LONG))
known = st.sampled_from(["{topic_id}", "{other_id}", "{topic}", "{other}", "{iri}", "{text_digest}", "{associations}", *DATATYPES])


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def escaped(text: str) -> str:
    return quote_from_bytes(raw(text), safe="")


@dataclass(frozen=True)
class Sent:
    """One request; names in braces in its fields are filled in when it is sent."""

    method: str
    path: str
    steps: Sequence[str | None]  # for each parameter of the path what to put there, or None for what is really there
    query: bytes
    headers: Sequence[tuple[bytes, bytes]]
    fields: Sequence[tuple[str, str]]
    encoding: str


def line(text: str) -> bytes:
    """The text as a server would let it through in a header."""
    return re.sub(rb"[\r\n\0]", b"", raw(text))[:8000]


COOKIES = ["trail", "theme", "flash", "fresh-link", "x"]
TARGETS = ["div#main", "li#name-1", "section#topic-text", "#topic-tags"]

headers = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from([b"referer", b"accept", b"if-none-match", b"range", b"if-range", b"accept-language", b"user-agent"]),
            texts.map(line),
        ),
        st.tuples(
            st.just(b"cookie"),
            st.tuples(st.sampled_from(["trail", "theme", "flash", "fresh-link", "x"]), texts).map(lambda c: line("=".join(c))),
        ),
        st.tuples(
            st.just(b"hx-target"),
            st.one_of(texts, st.sampled_from(["div#main", "li#name-1", "section#topic-text", "#topic-tags"])).map(line),
        ),
        st.just((b"hx-request", b"true")),
        st.just((b"hx-request-type", b"full")),
        st.just((b"accept", b"application/json")),
        st.just((b"range", b"bytes=5-2")),
        st.just((b"referer", b"http://testserver.local/maps/1-a/topics/%FF?scope=%00&strict=1")),
        st.just((b"referer", b"http://[")),
    ),
    max_size=4,
)
queries = st.one_of(
    st.binary(max_size=40),
    st.lists(st.tuples(st.sampled_from(NAMES), texts), max_size=4).map(
        lambda given: "&".join(f"{n}={escaped(v)}" for n, v in given).encode()
    ),
)


@st.composite
def requests(draw: st.DrawFn, routes: Sequence[tuple[str, str]]) -> Sent:
    method, path = draw(st.sampled_from(routes))
    replaced = st.one_of(st.none(), st.none(), texts)
    steps = [draw(replaced) for _ in range(path.count("{"))]
    fields = draw(st.lists(st.tuples(st.sampled_from(FIELDS), st.one_of(longer, known)), max_size=8)) if method == "POST" else []
    encoding = draw(st.sampled_from(["form", "form", "form", "multipart", "broken", "garbage"]))
    return Sent(method, path, steps, draw(queries), draw(headers), fields, encoding)


def body_of(sent: Sent, fields: Sequence[tuple[str, str]]) -> tuple[bytes, bytes]:
    """Content type and body."""
    if sent.encoding == "form":
        return b"application/x-www-form-urlencoded", "&".join(f"{escaped(name)}={escaped(value)}" for name, value in fields).encode()
    if sent.encoding == "garbage":
        return b"application/x-www-form-urlencoded; charset=utf-16", b"&=&%&%F=%C3%28&\xff\xfe=\x80&" + b"&".join(raw(v) for _, v in fields)
    parts = b""
    for place, (name, value) in enumerate(fields):
        file = f'; filename="{place}.xtm"'.encode() if name in ("file", "image") or place % 5 == 4 else b""
        parts += (
            b'--edge\r\nContent-Disposition: form-data; name="'
            + line(name).replace(b'"', b"")
            + b'"'
            + file
            + b"\r\n\r\n"
            + raw(value)
            + b"\r\n"
        )
    ending = b"--edge--\r\n" if sent.encoding == "multipart" else b"--ed"
    return b"multipart/form-data; boundary=edge", parts + ending


class Sender:
    """Sends requests as somebody who may do everything with the map, and keeps the map in a state in which they lead somewhere."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        self.values: dict[str, str] = {}

    async def send(self, sent: Sent) -> asgi.Answer:
        if not self.values:
            self.values = await self.whole.values("private")
        path = self._path(sent)
        who = "admin" if path.startswith("/admin") else "owner"
        cookie = "; ".join(f"{name}={value}" for name, value in self.whole.people[who].cookies.items()).encode()
        more = [(b"sec-fetch-site", b"same-origin"), *sent.headers, (b"cookie", cookie)]
        body = b""
        if sent.method == "POST":
            fields = [
                (name, value.format_map(self.values) if value.startswith("{") and value[1:-1].isidentifier() else value)
                for name, value in sent.fields
            ]
            kind, body = body_of(sent, fields)
            more += [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        answer = await asgi.ask(self.whole.site.app, sent.method, path, query=sent.query, headers=more, body=body)
        if sent.method == "POST" and answer.status < 400:
            self.values = {}
            if re.search(r"/(trashing|publication|promotion|edit)$", path):
                await self.whole.stand("private")
        return answer

    def _path(self, sent: Sent) -> str:
        given = iter(sent.steps)
        real = filled(sent.path, self.values).split("/")
        for place, step in enumerate(sent.path.split("/")):
            hostile = next(given) if step.startswith("{") else None
            if hostile is not None:
                real[place] = escaped(hostile)
        return "/".join(real)


@pytest.fixture(scope="module")
async def sender(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sender]:
    async with prepared(
        database_url, database, tmp_path_factory.mktemp("whole"), SIGN_UP="invite", MAX_UPLOAD_MB="1", MAX_IMPORT_MB="1"
    ) as site:
        yield Sender(site)


# Signing the sender out, or ending its session, would leave the rest of the run before closed doors.
LEFT_OUT = {"/sign-out", "/account/sessions/{session_id:int}/closing", "/account/password", "/sign-in"}


def all_routes() -> list[tuple[str, str]]:
    """The routes, without a site; listing them needs no database."""
    from contextualise.app import create_app
    from contextualise.settings import load_settings

    environ = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "SECRET_KEY": secrets.token_urlsafe(32)}
    return sorted(route for route in routes_of(create_app(load_settings(environ), with_jobs=False)) if route[1] not in LEFT_OUT)


@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(sent=requests(all_routes()))
async def test_no_request_makes_a_fault(sender: Sender, sent: Sent) -> None:
    answer = await sender.send(sent)
    assert answer.ended
    assert answer.status < 500 or sent.path == "/readyz", (answer.status, sender.whole.faults()[-3000:])
    assert "\0" not in answer.headers.get("location", "") and "\n" not in answer.headers.get("location", "")
    if answer.headers.get("content-type", "").startswith("text/html"):
        for payload in ("<script>window.__x", "<img src=x onerror"):
            assert payload not in answer.text
        assert 'href="javascript:' not in answer.text


HARDEST = [("form", "\0\ud800"), ("form", "9" * 30), ("form", "a" * 20_000), ("multipart", "\0\ud800"), ("multipart", "<b>")]


@pytest.mark.parametrize("route", all_routes(), ids=" ".join)
async def test_every_field_at_once(sender: Sender, route: tuple[str, str]) -> None:
    """Each field in turn as long, broken, repeated and empty as can be, on every route, with everything else in order."""
    method, path = route
    steps: list[str | None] = [None] * path.count("{")
    for encoding, value in HARDEST if method == "POST" else HARDEST[:1]:
        fields = [(name, value) for name in FIELDS for _ in range(2)]
        query = "&".join(f"{name}={escaped(value)}" for name in NAMES).encode()
        answer = await sender.send(Sent(method, path, steps, query[:30_000], [], fields, encoding))
        assert answer.ended and answer.status < 500, (answer.status, sender.whole.faults()[-3000:])
