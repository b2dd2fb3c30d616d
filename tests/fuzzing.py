"""Requests that nobody means well: any path, query, header and form, and real forms with something amiss in them.

What is sent is drawn by a number from a seed, so that a run can be taken up where it ended. The names of fields and parameters are read
from the templates and handlers: a new one is tried without being written down here.
"""

import random
import re
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote_from_bytes, urlsplit

SOURCE = Path(__file__).parents[1] / "src" / "contextualise"

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
    *("a@example.org", "a@b", '"x y"@example.org', "a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org"),
    *("a" * 300, "é" * 250, "𝕏" * 130, "歌劇 " * 80, "e" + "\u0301" * 400, "\u0627\u0644" * 100, "İıßſﬁ", "👩‍👩‍👧" * 20),
    *("- " * 400, "> " * 300, "[a](" * 200, "`" * 500, "[[a|b]]" * 60, "| a " * 100 + "\n" + "|-" * 100),
]
LONG = ["a" * 100_000, "é" * 50_000, "[" * 50_000, "a,b " * 25_000, "\n" * 100_000, "𝕏" * 25_000, "<" * 100_000]
DATATYPES = [
    *("string", "integer", "decimal", "double", "boolean", "date", "datetime", "time", "duration", "link", "place", "edtf", "geo"),
    *("http://www.w3.org/2001/XMLSchema#date", "http://www.w3.org/2001/XMLSchema#anyURI"),
]
KNOWN = ["{topic_id}", "{other_id}", "{topic}", "{other}", "{iri}", "{text_digest}", "{associations}", *DATATYPES]
PARTS = [b"text/plain; charset=utf-16", b"text/plain; charset=none-such", b"text/html", b"image/svg+xml", b"multipart/mixed; boundary=edge"]
COOKIES = ["trail", "theme", "flash", "fresh-link", "x"]
TARGETS = ["div#main", "li#name-1", "section#topic-text", "#topic-tags"]
HEADERS = ["referer", "accept", "if-none-match", "range", "if-range", "accept-language", "user-agent", "last-event-id", "content-type"]
ODD_HEADERS = [
    (b"hx-request", b"true"),
    (b"hx-request-type", b"full"),
    (b"accept", b"application/json"),
    (b"range", b"bytes=5-2"),
    (b"referer", b"http://testserver.local/maps/1-a/topics/%FF?scope=%00&strict=1"),
    (b"referer", b"http://["),
    (b"host", b"evil.example"),
    (b"x-forwarded-for", b"127.0.0.1, \xff"),
    (b"content-length", b"-1"),
]


def field_names() -> list[str]:
    """The name of every field and parameter that a form has or a handler asks for, and some that none does."""
    found = {"", "a" * 200, "type[]", "__proto__", "role-0", "role-0_id", "role-0_create", "player-0", "player-1", "role-9999"}
    for template in (SOURCE / "templates").rglob("*.html"):
        found.update(re.findall(r'\bname="([\w.-]+)"', template.read_text()))
    for module in (SOURCE / "web").rglob("*.py"):
        found.update(re.findall(r'\b(?:texts?|has|number|indices|get|getall)\(\s*"([\w-]+)"', module.read_text()))
    return sorted(found)


NAMES = field_names()


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def escaped(text: str) -> str:
    return quote_from_bytes(raw(text), safe="")


def line(text: str) -> bytes:
    """The text as a server would let it through in a header."""
    return re.sub(rb"[\r\n\0]", b"", raw(text))[:8000]


@dataclass(frozen=True)
class Sent:
    """One request; names in braces in its fields are filled in when it is sent."""

    method: str
    path: str
    steps: Sequence[str | None] = ()  # for each parameter of the path what to put there, or None for what is really there
    query: bytes = b""
    headers: Sequence[tuple[bytes, bytes]] = ()
    fields: Sequence[tuple[str, str]] = ()
    encoding: str = "form"
    who: str = ""  # by the path, if not said


@dataclass(frozen=True)
class Form:
    """A form as a page had it."""

    method: str
    action: str
    fields: tuple[tuple[str, str], ...]
    is_multipart: bool
    who: str = ""  # the one who saw it


@dataclass
class Requests:
    """Requests by number: the same seed, number and pages seen before give the same one."""

    routes: Sequence[tuple[str, str]]
    seed: int
    left_out: frozenset[str] = frozenset()
    forms: "OrderedDict[str, Form]" = field(default_factory=OrderedDict)

    def draw(self, number: int) -> Sent:
        """Request `number`: two of five are forms of pages seen before, with something changed; the rest are made of parts."""
        chance = random.Random(f"{self.seed}:{number}")
        if self.forms and chance.random() < 0.4:
            return self._changed(chance, self.forms[chance.choice(list(self.forms))])
        method, path = chance.choice(self.routes)
        if chance.random() < 0.05:
            method = chance.choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
        if chance.random() < 0.05:
            path = "/" + "/".join(escaped(self._text(chance)) for _ in range(chance.randint(0, 6)))
        steps = [self._text(chance) if chance.random() < 0.3 else None for _ in range(path.count("{"))]
        fields = [(chance.choice(NAMES), self._value(chance)) for _ in range(chance.randint(0, 8))] if method == "POST" else []
        encoding = chance.choice(["form", "form", "form", "multipart", "broken", "garbage"])
        return Sent(method, path, steps, self._query(chance), self._headers(chance), fields, encoding)

    def learn(self, address: str, html: str, who: str) -> None:
        """Keep the forms of a page, a few thousand at most, one of each kind."""
        reader = _Forms(address)
        reader.feed(html)
        for form in reader.found:
            if re.sub(r"\d+", "{}", urlsplit(form.action).path) in self.left_out:
                continue
            kind = who + re.sub(r"\d+|/topics/[^/]+", "*", f"{form.method} {urlsplit(form.action).path}")
            self.forms.pop(kind, None)
            self.forms[kind] = replace(form, who=who)
        while len(self.forms) > 1000:
            self.forms.popitem(last=False)

    def _changed(self, chance: random.Random, form: Form) -> Sent:
        fields = list(form.fields)
        for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
            what = chance.random()
            place = chance.randrange(len(fields)) if fields else 0
            if fields and what < 0.7:
                fields[place] = (fields[place][0], self._value(chance))
            elif fields and what < 0.8:
                fields.append(fields[place])
            elif fields and what < 0.9:
                del fields[place]
            else:
                fields.append((chance.choice(NAMES), self._value(chance)))
        action = urlsplit(form.action)
        if form.method == "GET":
            query = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in fields)
            return Sent("GET", action.path, (), query.encode(), self._headers(chance), who=form.who)
        encoding = "multipart" if form.is_multipart else "form"
        return Sent("POST", action.path, (), action.query.encode(), self._headers(chance), fields, encoding, form.who)

    def _text(self, chance: random.Random) -> str:
        if chance.random() < 0.7:
            return chance.choice(HOSTILE)
        return "".join(chr(chance.choice([chance.randrange(128), chance.randrange(0x3000), chance.randrange(0x110000)])) for _ in range(6))

    def _value(self, chance: random.Random) -> str:
        what = chance.random()
        if what < 0.6:
            return self._text(chance)
        return chance.choice(KNOWN) if what < 0.93 else chance.choice(LONG)

    def _query(self, chance: random.Random) -> bytes:
        if chance.random() < 0.2:
            return re.sub(rb"[\0\t\n\r #]", b"", chance.randbytes(chance.randint(0, 40)))  # what no server lets through
        return "&".join(f"{chance.choice(NAMES)}={escaped(self._text(chance))}" for _ in range(chance.randint(0, 4))).encode()

    def _headers(self, chance: random.Random) -> list[tuple[bytes, bytes]]:
        headers = []
        for _ in range(chance.choice([0, 0, 1, 2, 4])):
            what = chance.random()
            if what < 0.4:
                headers.append((chance.choice(HEADERS).encode(), line(self._text(chance))))
            elif what < 0.6:
                headers.append((b"cookie", line(f"{chance.choice(COOKIES)}={self._text(chance)}")))
            elif what < 0.8:
                headers.append((b"hx-target", line(chance.choice([*TARGETS, self._text(chance)]))))
            else:
                headers.append(chance.choice(ODD_HEADERS))
        return headers


class _Forms(HTMLParser):
    """The forms of a page with what a browser would send of them, files included as nothing."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._address = address
        self._open: tuple[str, str, bool] | None = None
        self._fields: list[tuple[str, str]] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        name = given.get("name", "")
        if tag == "form":
            self._open = (given.get("method", "get").upper(), given.get("action") or self._address, "multipart" in given.get("enctype", ""))
            self._fields = []
        elif tag in ("input", "button") and name:
            self._fields.append((name, given.get("value", "")))
        elif tag == "textarea":
            self._area = name
            self._fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "value" in given:
            self._fields = [each for each in self._fields if each[0] != self._select or "selected" not in given]
            if not any(each[0] == self._select for each in self._fields):
                self._fields.append((self._select, given["value"]))

    def handle_data(self, data: str) -> None:
        if self._area and self._fields:
            self._fields[-1] = (self._area, self._fields[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open is not None:
            method, action, is_multipart = self._open
            if action.startswith("/"):
                self.found.append(Form(method, action, tuple(self._fields), is_multipart))
            self._open = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""


def body_of(sent: Sent, fields: Sequence[tuple[str, str]]) -> tuple[bytes, bytes]:
    """Content type and body."""
    if sent.encoding == "form":
        return b"application/x-www-form-urlencoded", "&".join(f"{escaped(name)}={escaped(value)}" for name, value in fields).encode()
    if sent.encoding == "garbage":
        return b"application/x-www-form-urlencoded; charset=utf-16", b"&=&%&%F=%C3%28&\xff\xfe=\x80&" + b"&".join(raw(v) for _, v in fields)
    parts = b""
    for place, (name, value) in enumerate(fields):
        file = f'; filename="{place}.xtm"'.encode() if name in ("file", "image") or place % 5 == 4 else b""
        title = line(name).replace(b'"', b"")
        kind = b"\r\nContent-Type: " + PARTS[(place + len(value)) % len(PARTS)] if place % 3 == 2 else b""
        parts += b'--edge\r\nContent-Disposition: form-data; name="' + title + b'"' + file + kind + b"\r\n\r\n" + raw(value) + b"\r\n"
    ending = b"--edge--\r\n" if sent.encoding == "multipart" else b"--ed"
    return b"multipart/form-data; boundary=edge", parts + ending


def complaint_about(status: int, ended: bool, headers: dict[str, str], text: str) -> str:
    """What is wrong with an answer, whatever was asked; empty when nothing is."""
    if status >= 500:
        return f"status {status}"
    if not ended:
        return "never ended"
    target = headers.get("location", "/")
    if "\0" in target or "\n" in target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return f"leads to {target[:100]!r}"
    if headers.get("content-type", "").startswith("text/html"):
        for payload in ("<script>window.__x", "<img src=x onerror", 'href="javascript:'):
            if payload in text:
                return f"shows {payload}"
    return ""


def new_seed() -> int:
    return secrets.randbelow(2**32)
