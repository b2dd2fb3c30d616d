"""How much script and style the first visit of a page loads, compressed as it is sent."""

import http.client
import re
from urllib.parse import urljoin, urlsplit

from tests.bench.servers import Server

_SHEETS = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_SCRIPTS = re.compile(r'<script[^>]+src="([^"]+)"')
_IMPORTS = re.compile(rb'(?:^|\n)\s*(?:import|export)\s[^"\'\n]*?["\'](\.[^"\']+)["\']|@import\s+(?:url\()?["\']([^"\']+)["\']')


def weigh(server: Server, path: str) -> tuple[int, int]:
    """Compressed bytes and number of all style sheets and scripts that the page asks for by itself, with those that they import."""
    connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)

    def get(address: str, *, compressed: bool) -> bytes:
        connection.request("GET", address, headers={"Accept-Encoding": "gzip"} if compressed else {})
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, address
        return body

    html = get(path, compressed=False).decode()
    waiting = [urljoin(path, found) for found in (*_SHEETS.findall(html), *_SCRIPTS.findall(html))]
    seen: dict[str, int] = {}
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen[address] = len(get(address, compressed=True))
        imported = [one or other for one, other in _IMPORTS.findall(get(address, compressed=False))]
        waiting += [urljoin(address, found.decode()) for found in imported]
    return sum(seen.values()), len(seen)
