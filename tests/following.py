"""A served application and readers of its streams of events, over real connections."""

import asyncio
import json
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from litestar import Litestar

from contextualise.app import create_app
from contextualise.settings import load_settings

PATIENCE = 20.0
# Reading the authorities takes longer than most of what is tested here; one for all clients.
_TLS = ssl.create_default_context()


@dataclass
class Event:
    """One event of a stream."""

    name: str
    data: str

    @property
    def told(self) -> dict[str, Any]:
        """What the event says, where that is a record."""
        read: dict[str, Any] = json.loads(self.data)
        return read


@dataclass
class Following:
    """An open stream; `await next_event()` waits for the next event, of one name if that is given."""

    response: httpx.Response
    lines: AsyncIterator[str]
    seen: list[Event] = field(default_factory=list)

    async def next_event(self, name: str = "") -> Event:
        async with asyncio.timeout(PATIENCE):
            while True:
                event = await self._read()
                assert event is not None, f"the stream has ended after {[seen.name for seen in self.seen]}"
                if not name or event.name == name:
                    return event

    async def ended(self) -> list[Event]:
        """The events until the server ended the stream."""
        events = []
        async with asyncio.timeout(PATIENCE):
            while (event := await self._read()) is not None:
                events.append(event)
        return events

    async def _read(self) -> Event | None:
        name, data = "", []
        try:
            async for line in self.lines:
                if not line and name:
                    event = Event(name, "\n".join(data))
                    self.seen.append(event)
                    return event
                kind, _, value = line.partition(": ")
                if kind == "event":
                    name = value
                elif kind == "data":
                    data.append(value)
        except httpx.RemoteProtocolError:
            pass
        return None


@asynccontextmanager
async def following(address: str, path: str, cookies: dict[str, str] | None = None) -> AsyncIterator[Following]:
    """The stream at the path, read as the page's script does."""
    headers = {"Accept": "text/event-stream", "Sec-Fetch-Site": "same-origin"}
    async with (
        httpx.AsyncClient(
            base_url=address, headers=headers, cookies=cookies, timeout=httpx.Timeout(PATIENCE, read=None), verify=_TLS
        ) as client,
        client.stream("GET", path) as response,
    ):
        yield Following(response, response.aiter_lines())


@asynccontextmanager
async def serving(app: Litestar) -> AsyncIterator[str]:
    """The application behind a real server in this process; gives its address."""
    options: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "log_config": None, "ws": "none", "lifespan": "on"}
    server = uvicorn.Server(uvicorn.Config(app, timeout_graceful_shutdown=2, **options))
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done(), "the server has not come up"
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        app.state.parts.hub.end_streams()
        server.should_exit = True
        await running


def another_app(database_url: str, storage: Path) -> Litestar:
    """An application on the database, as one more process would run it."""
    settings = load_settings({"DATABASE_URL": database_url, "SECRET_KEY": secrets.token_urlsafe(32), "STORAGE": str(storage)})
    return create_app(settings, with_jobs=False)
