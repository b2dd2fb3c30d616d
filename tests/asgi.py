"""Requests exactly as a server hands them over, byte for byte, which no client library would send."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from litestar import Litestar

Headers = Sequence[tuple[bytes, bytes]]


@dataclass
class Answer:
    """What came back; `ended` says whether the answer was brought to its end."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


async def ask(
    app: Litestar, method: str, path: str, *, query: bytes = b"", headers: Headers = (), body: bytes | Iterable[bytes] = b""
) -> Answer:
    """Call the application as uvicorn does. `path` is percent-encoded; the body comes in the given pieces."""
    pieces = iter([body] if isinstance(body, bytes) else body)
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "root_path": "",
        "query_string": query,
        "headers": [(b"host", b"testserver.local"), *headers],
        "client": ("127.0.0.1", 50000),
        "server": ("testserver.local", 80),
        "state": {},
    }
    answer = Answer()
    waiting = _receiving(pieces, answer)

    async def receive() -> dict[str, Any]:
        return await anext(waiting)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
            # A stream of events goes on as long as its reader stays; this one has seen enough.
            answer.ended = not message.get("more_body", False) or answer.headers.get("content-type", "").startswith("text/event-stream")
            if answer.ended:
                answer.done.set()

    await app(scope, receive, send)  # type: ignore[arg-type]  # the scope is what a server gives
    return answer


async def _receiving(pieces: Iterable[bytes], answer: Answer) -> AsyncIterator[dict[str, Any]]:
    for piece in pieces:
        yield {"type": "http.request", "body": piece, "more_body": True}
    yield {"type": "http.request", "body": b"", "more_body": False}
    await answer.done.wait()  # the client stays until it has the answer
    yield {"type": "http.disconnect"}
