"""One server process. `serve` starts it with a listening socket it shares with the others and restarts it when it dies."""

import os
import socket
import sys

import uvicorn

from contextualise.settings import Settings, load_settings

# Shorter than the patience of `serve`, so that long-lived streams are ended by us and not by force.
FINISH_WITHIN = 2


class Worker(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: int) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            os.write(self._ready, b"1")
            os.close(self._ready)


def main(listening: int, ready: int) -> None:
    settings = load_settings(os.environ)
    with socket.socket(fileno=listening) as shared:
        server = Worker(configuration(settings), ready)
        server.run(sockets=[shared])
    if not server.started:
        sys.exit(3)


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
    main(int(sys.argv[1]), int(sys.argv[2]))
