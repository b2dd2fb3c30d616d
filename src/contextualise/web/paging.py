"""Pages of lists in addresses: the key that a page begins after or ends before, as one short value."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from contextualise.domain.accounts import BEGINNING, Page, Place
from contextualise.web.shared.requests import AnyRequest

Key = tuple[Any, ...]


def place_of(request: AnyRequest, check: Callable[[list[Any]], Key]) -> Place:
    """Where the page lies that the address asks for; the beginning for an address that somebody has changed by hand."""
    for name in ("after", "before"):
        given = request.query_params.get(name)
        if given:
            try:
                return Place(**{name: check(json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))))})
            except (ValueError, TypeError, binascii.Error):
                return BEGINNING
    return BEGINNING


def addresses(path: str, page: Page[Any], kept: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The addresses of the page before and the page after; `kept` are further fields of the query, empty ones left out."""
    fields = {name: value for name, value in kept.items() if value}

    def address(name: str, key: Key | None) -> str | None:
        return None if key is None else f"{path}?{urlencode({**fields, name: _pack(key)})}"

    return address("before", page.previous), address("after", page.next)


def text_and_number(key: list[Any]) -> Key:
    """A key of a text and an id."""
    text, number = key
    return _text(text), _number(number)


def number_alone(key: list[Any]) -> Key:
    """A key of an id."""
    (number,) = key
    return (_number(number),)


def moment_and_number(key: list[Any]) -> Key:
    """A key of a moment and an id."""
    moment, number = key
    return _moment(moment), _number(number)


def flag_moment_and_number(key: list[Any]) -> Key:
    """A key of yes or no, a moment and an id."""
    flag, moment, number = key
    return bool(flag), _moment(moment), _number(number)


def _pack(key: Key) -> str:
    parts = [part.isoformat() if isinstance(part, datetime) else part for part in key]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value or not value.isprintable():
        raise ValueError
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None or not 1900 < moment.year < 3000:
        raise ValueError
    return moment
