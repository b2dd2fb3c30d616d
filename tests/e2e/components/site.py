"""A small site that shows every shared control through the real layouts, styles and scripts, under the strict content policy."""

import html
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from contextualise.web.pages.going_to import GoToPage, Result
from contextualise.web.shared.assets import Assets
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.templates import Templates

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TOPICS = [("1", "Norma", "Opera"), ("2", "Norway", "Country"), ("3", "Il trovatore", "Opera")]
# Takes so long to find that a first answer comes without it, and another one once `is_found` is set.
SLIP, MEANT = "nabuko", ("4", "Nabucco", "Opera")

HERE = Path(__file__).parent


class ComponentSite:
    """Renders the page and remembers what was posted."""

    def __init__(self) -> None:
        self.assets = Assets()
        self.templates = Templates(self.assets)
        self.environment = self.templates.environment
        self.page = self.environment.from_string((HERE / "page.html").read_text())
        self.form = self.environment.from_string((HERE / "form.html").read_text())
        self.posts: list[tuple[str, dict[str, list[str]]]] = []
        self.flashes: list[Flash] = []
        self.name = "Tosca"
        self.origin = ""
        self.is_found = threading.Event()

    def context(self, **page: object) -> dict[str, object]:
        rights = dict.fromkeys(("may_edit", "may_manage", "may_follow", "may_discuss"), True)
        current = SimpleNamespace(
            title="Italian opera",
            url="/maps/7",
            go_to="/maps/7",
            accent="teal",
            note_count=0,
            version=1,
            id=7,
            is_published=True,
            is_whole=True,
            link=None,
            **rights,
        )
        viewer = SimpleNamespace(name="Ada", email="ada@example.org", is_admin=True, unread=0)
        shown = SimpleNamespace(**{"name": self.name, "saved": False, **page})
        return {
            "viewer": viewer,
            "current_map": current,
            "flashes": self.flashes,
            "theme": "system",
            "here": "/page",
            "canonical": None,
            "request_id": "r1",
            "page": shown,
        }

    def whole(self) -> str:
        return self.page.render(self.context())

    def fragment(self, *, saved: bool) -> str:
        return "".join(self.page.blocks["name"](self.page.new_context(self.context(saved=saved))))

    def open_form(self, typed: str, **errors: str) -> str:
        return self.form.render(value=typed, errors=errors)

    def find(self, query: str, *, further: bool) -> tuple[list[tuple[str, str, str]], bool]:
        """The topics, and whether it was looked for long enough."""
        found = [topic for topic in TOPICS if query.lower() in topic[1].lower()]
        if query.lower() != SLIP:
            return found, True
        return ([MEANT], True) if further and self.is_found.wait(20) else ([], False)

    def go_to(self, query: str, *, further: bool) -> str:
        found, is_whole = self.find(query, further=further)
        results = tuple(Result(html.escape(name), f"/found/{number}", 1, type_, name, int(number)) for number, name, type_ in found)  # type: ignore[arg-type]
        page = GoToPage(query, "/maps/7/go-to", results, "/maps/7/topics/new", "Opera", search_url="/maps/7/search")
        if not is_whole:
            page = replace(page, further_url=f"/maps/7/go-to?q={query}&beyond=0")
        block = "go_to_further" if further else "go_to_results"
        return self.templates.render(f"going_to/show.html#{block}", {**self.context(), "page": page})

    def suggest(self, query: str, *, further: bool) -> str:
        found, is_whole = self.find(query, further=further)
        options = "".join(f'<li role="option" data-value="{i}" data-label="{n}">{n}<small>{t}</small></li>' for i, n, t in found)
        typed = html.escape(query)
        part = "" if is_whole else " data-part"
        return (
            f'<ul role="listbox"{part}>{options}<li role="option" data-create data-value="" data-label="{typed}">Create “{typed}”</li></ul>'
        )

    def save(self, value: str) -> tuple[int, str, dict[str, str]]:
        """What the server would answer: the name is the test's way to ask for a refusal."""
        if value == "":
            return 422, self.open_form("", value="Write a name."), {}
        if value == "broken":
            return 500, "<h1>Something broke</h1>", {"X-Request-Id": "r-42"}
        if value == "forbidden":
            return 403, self.templates.flash_partial([Flash("You may only read this map.", "error")]), {}
        self.name = value
        return 200, self.fragment(saved=True), {}


def _handler(site: ComponentSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            given = parse_qs(url.query)
            query, further = given.get("q", [""])[0], "whole" in given or "beyond" in given
            if url.path.startswith("/static/"):
                asset = site.assets.files[url.path.split("/", 3)[3]]
                return self.answer(200, asset.content, {"Content-Type": asset.media_type})
            pages = {
                "/page": site.whole,
                "/edit": lambda: site.open_form(site.name) if "HX-Request" in self.headers else "<h1>Edit the name</h1>",
                "/show": lambda: site.fragment(saved=False),
                "/suggest": lambda: site.suggest(query, further=further),
                "/maps/7/go-to": lambda: site.go_to(query, further=further),
            }
            page = pages.get(url.path, lambda: f"<h1>{html.escape(url.path)}</h1>")()
            return self.answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode(errors="replace")
            fields = parse_qs(body, keep_blank_values=True)
            site.posts.append((self.path, fields))
            if self.path == "/save":
                status, text, headers = site.save(fields["value"][0])
                return self.answer(status, text.encode(), {"Content-Type": "text/html; charset=utf-8", **headers})
            time.sleep(0.1)
            return self.answer(303, b"", {"Location": "/done"})

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Security-Policy": POLICY, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent: the tests look at the page."""

    return Handler


@contextmanager
def component_site() -> Iterator[ComponentSite]:
    """The site, answering on a port of its own."""
    site = ComponentSite()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.origin = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
