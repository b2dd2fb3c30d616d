"""Whose word a server process takes on where a request came from."""

from pathlib import Path
from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from contextualise.cli.worker import configuration
from contextualise.settings import load_settings


async def seen_address(trusted: str, peer: str, tmp_path: Path) -> tuple[str, str]:
    """The client address and scheme that the application sees when this peer says it forwards for another."""
    config = configuration(load_settings({"STORAGE": str(tmp_path), "TRUSTED_PROXIES": trusted}))
    seen: dict[str, Any] = {}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    wrapped: Any = application
    if config.proxy_headers:
        wrapped = ProxyHeadersMiddleware(application, trusted_hosts=config.forwarded_allow_ips)
    headers = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https")]
    await wrapped({"type": "http", "client": (peer, 1234), "scheme": "http", "headers": headers}, None, None)
    return seen["client"][0], seen["scheme"]


@pytest.mark.parametrize(
    ("trusted", "peer", "expected"),
    [
        ("", "127.0.0.1", ("127.0.0.1", "http")),
        ("172.30.57.0/24", "172.30.57.2", ("203.0.113.9", "https")),
        ("172.30.57.0/24", "172.30.58.2", ("172.30.58.2", "http")),
        ("127.0.0.1, ::1", "::1", ("203.0.113.9", "https")),
    ],
)
async def test_only_named_proxies_are_believed(trusted: str, peer: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert await seen_address(trusted, peer, tmp_path) == expected


def test_the_server_does_not_say_what_it_is(tmp_path: Path) -> None:
    config = configuration(load_settings({"STORAGE": str(tmp_path)}))
    assert not config.server_header
    assert not config.access_log
