"""One server process. `serve` starts it with a listening socket it shares with the others and restarts it when it dies.

The first one also migrates the database and makes the set-up link, so that `serve` itself need not load any of that:
it stays small and quick to start.
"""

import asyncio
import gc
import os
import socket
import sys
from typing import Any

import uvicorn
from litestar import Litestar
from sqlalchemy.exc import OperationalError

from contextualise.cli.workers import ANSWERS, CANNOT_GO_ON
from contextualise.domain.accounts import first_run_token
from contextualise.domain.upgrading import complete_maps
from contextualise.repository.database import Database
from contextualise.repository.migrate import upgrade
from contextualise.settings import Settings, load_settings

# Shorter than the patience of `serve`, so that long-lived streams are ended by us and not by force.
FINISH_WITHIN = 2


class Worker(uvicorn.Server):
    """A server that tells `serve` when it answers, with the token of the set-up link if there is one."""

    def __init__(self, config: uvicorn.Config, told: int, token: str) -> None:
        super().__init__(config)
        self._told = told
        self._token = token

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            tell(self._told, ANSWERS, self._token)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams have no end of their own, and uvicorn waits for every answer.
        application(self.config.loaded_app).state.parts.hub.end_streams()
        await super().shutdown(sockets)


def application(loaded: Any) -> Litestar:
    """The application inside what uvicorn puts around it."""
    while not isinstance(loaded, Litestar):
        loaded = loaded.app
    return loaded


def main(listening: int, told: int, first: bool) -> None:
    settings = load_settings(os.environ)
    try:
        token = prepare(settings) if first else ""
    except OperationalError as error:
        tell(told, CANNOT_GO_ON, f"DATABASE_URL: the database cannot be used: {str(error.orig).strip().splitlines()[0]}")
        sys.exit(1)
    with socket.socket(fileno=listening) as shared:
        server = Worker(configuration(settings), told, token)
        spare_the_collector()
        server.run(sockets=[shared])
    if not server.started:
        sys.exit(3)


def spare_the_collector() -> None:
    """Keep modules and templates, which live as long as the process, out of every search for garbage, and search less often.

    A page makes some thousands of short-lived objects, none of them in circles; this saved 3 to 10 % of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def prepare(settings: Settings) -> str:
    """Bring the database and its maps to this version; returns the token of the set-up link, empty once there is an account."""
    assert settings.database_url is not None, "serve names the database it has started"
    upgrade(settings.database_url)
    return asyncio.run(complete(settings.database_url)) or ""


async def complete(url: str) -> str | None:
    database = Database(url, pool_size=1)
    try:
        await complete_maps(database)
        async with database.writing() as session:
            return await first_run_token(session)
    finally:
        await database.close()


def tell(descriptor: int, kind: bytes, text: str) -> None:
    """Say one thing to `serve`: what kind, and a line; shorter than a pipe takes whole."""
    os.write(descriptor, kind + text.encode())
    os.close(descriptor)


def configuration(settings: Settings) -> uvicorn.Config:
    """How uvicorn runs the application. Requests are logged by the application itself, with their ids."""
    return uvicorn.Config(
        "contextualise.app:create_app_from_environment",
        factory=True,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        # Its start and end are told by `serve`; what goes wrong still comes through.
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=FINISH_WITHIN,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "first")
