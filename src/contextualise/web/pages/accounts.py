"""What the pages about signing in and one's own account show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The sign-in form; `next` is the page of ours to go on to."""

    next: str
    email: str = ""
    may_sign_up: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewAccountPage:
    """The form for a new account: the first one, with an invitation, or where everybody may make one.

    `sample` is None where no sample map is offered, else whether the box is ticked.
    """

    title: str
    lead: str
    action: str
    submit: str
    name: str = ""
    email: str = ""
    token: str = ""
    sample: bool | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewPasswordPage:
    """The form behind a reset link."""

    action: str
    email: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionItem:
    """A browser that the person is signed in with."""

    id: int
    browser: str
    address: str
    since: datetime
    last_seen: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class FreshLink:
    """A one-time link just made, shown once."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account; `name_errors` and `password_errors` are those of its two forms."""

    name: str
    email: str
    sessions: Sequence[SessionItem]
    may_invite: bool
    link: FreshLink | None = None
    name_errors: Mapping[str, str] = field(default_factory=dict)
    password_errors: Mapping[str, str] = field(default_factory=dict)
