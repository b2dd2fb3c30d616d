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
    may_recover: bool = False
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
    sends_mail: bool = False
    sample: bool | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewPasswordPage:
    """The form behind a link that sets a new password."""

    action: str
    email: str
    title: str = "Set a new password"
    lead: str = ""
    submit: str = "Set the password"
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
class LinkPage:
    """What a link does, and the button that does it."""

    title: str
    lead: str
    action: str
    submit: str


@dataclass(frozen=True, slots=True)
class RecoveryPage:
    """The form for a new password by mail, or what happens after it."""

    email: str = ""
    sends_mail: bool = True
    is_sent: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account; `errors` are those of one of its forms, under its name, and `typed` what was typed into it."""

    name: str
    email: str
    sessions: Sequence[SessionItem]
    may_invite: bool
    sends_mail: bool
    is_confirmed: bool
    link: FreshLink | None = None
    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    def errors_of(self, form: str) -> Mapping[str, str]:
        """What is wrong with a form; nothing for the others."""
        return self.errors.get(form, {})


@dataclass(frozen=True, slots=True)
class OwnMapItem:
    """A map of the person who leaves, and those who could have it; `url` None: it is in the trash."""

    id: int
    title: str
    url: str | None
    topic_count: int
    is_published: bool
    members: Sequence[tuple[int, str]]
    heir: int | None = None

    @property
    def field(self) -> str:
        """The name of the field in which an heir is chosen."""
        return f"heir-{self.id}"


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """The form that deletes an account."""

    email: str
    maps: Sequence[OwnMapItem]
    has_more: bool
    sends_mail: bool
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def doomed(self) -> int:
        """How many maps go with the account as the form stands."""
        return sum(item.heir is None for item in self.maps)
