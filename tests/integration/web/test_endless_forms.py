"""A form that does not say how long it is, is not read: it could go on until the memory of the server is full."""

from collections.abc import AsyncIterator

import pytest

from tests.web import Site


@pytest.mark.parametrize("path", ["/sign-in", "/maps/new", "/theme", "/maps/1/topics/tosca/text/new"])
async def test_a_form_without_an_end_is_refused_before_it_is_read(site: Site, path: str) -> None:
    person = await site.person("owner@example.org")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"text=" + b"y" * 100_000

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await person.request("POST", path, content=endless(), headers=headers)
    assert answer.status_code == 400
