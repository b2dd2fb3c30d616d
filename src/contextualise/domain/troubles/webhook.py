"""Hands a message to an address that whoever runs the site has set."""

import asyncio
import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 10.0


class WebhookFailed(Exception):
    """The address did not take the message; `str(error)` says why, without the address."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes JSON. The address is as secret as what may be written there, and is never logged."""

    url: str

    async def send(self, message: Mapping[str, object]) -> None:
        """Post the message; raises `WebhookFailed`. No other address is gone to, whatever the answer says."""
        try:
            async with asyncio.timeout(SECONDS + 5):
                status = await asyncio.to_thread(self._post, json.dumps(message).encode())
        except (OSError, http.client.HTTPException, TimeoutError) as error:
            raise WebhookFailed(type(error).__name__) from error
        if not 200 <= status < 300:
            raise WebhookFailed(f"status {status}")

    def _post(self, body: bytes) -> int:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=SECONDS, context=context
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=SECONDS)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, {"Content-Type": "application/json", "User-Agent": "Contextualise"})
            return connection.getresponse().status
        finally:
            connection.close()
