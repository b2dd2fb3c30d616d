"""The few ways in which the domain says no; `web/shared/errors.py` alone turns them into answers."""

from collections.abc import Mapping


class DomainError(Exception):
    """Base of all refusals; `str(error)` is a sentence for a person."""


class NotFound(DomainError):
    """The thing does not exist, or the person may not know that it does."""


class NotAllowed(DomainError):
    """The person may see the thing but may not do this with it."""


class Conflict(DomainError):
    """The request is sound but the present state forbids it."""


class Invalid(DomainError):
    """Some fields cannot be accepted; `fields` maps a field's name to the reason, a sentence for a person."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class TooMany(DomainError):
    """Tried too often; `retry_after` is the number of seconds to wait."""

    def __init__(self, reason: str, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
