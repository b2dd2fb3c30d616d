"""The fields of forms about accounts."""

from collections.abc import Mapping
from dataclasses import dataclass

from contextualise.lib.numbers import whole_number
from contextualise.web.forms.posted import Posted

# Longer than anything that can be accepted; what is beyond is not even shown again.
_MAX = 1100
_HEIR = "heir-"


@dataclass(frozen=True, slots=True)
class SignInForm:
    """An address, a password and where to go on to."""

    email: str
    password: str
    next: str

    @classmethod
    def read(cls, posted: Posted) -> "SignInForm":
        """The form as posted."""
        return cls(posted.text("email")[:_MAX].strip(), posted.text("password")[: 2 * _MAX], posted.text("next"))


@dataclass(frozen=True, slots=True)
class NewAccountForm:
    """What a new account needs; `sample` is the box of the first set-up."""

    name: str
    email: str
    password: str
    token: str
    sample: bool

    @classmethod
    def read(cls, posted: Posted) -> "NewAccountForm":
        """The form as posted."""
        return cls(
            name=posted.text("name")[:_MAX],
            email=posted.text("email")[:_MAX].strip(),
            password=posted.text("password")[: 2 * _MAX],
            token=posted.text("token")[:_MAX],
            sample=posted.has("sample"),
        )


@dataclass(frozen=True, slots=True)
class PasswordForm:
    """The present password and the new one."""

    current: str
    new: str

    @classmethod
    def read(cls, posted: Posted) -> "PasswordForm":
        """The form as posted."""
        return cls(posted.text("current")[: 2 * _MAX], posted.text("new")[: 2 * _MAX])


@dataclass(frozen=True, slots=True)
class AddressForm:
    """Another address, and the password that shows who asks."""

    email: str
    password: str

    @classmethod
    def read(cls, posted: Posted) -> "AddressForm":
        """The form as posted."""
        return cls(posted.text("email")[:_MAX].strip(), posted.text("address_password")[: 2 * _MAX])


@dataclass(frozen=True, slots=True)
class RecoveryForm:
    """The address of somebody who has forgotten the password."""

    email: str

    @classmethod
    def read(cls, posted: Posted) -> "RecoveryForm":
        """The form as posted."""
        return cls(posted.text("email")[:_MAX].strip())


@dataclass(frozen=True, slots=True)
class LeavingForm:
    """The password of somebody who leaves, and who gets which map: numbers of maps to numbers of people."""

    password: str
    heirs: Mapping[int, int]

    @classmethod
    def read(cls, posted: Posted) -> "LeavingForm":
        """The form as posted; what is no number is no heir."""
        chosen = ((name.removeprefix(_HEIR), posted.number(name)) for name in posted.names() if name.startswith(_HEIR))
        heirs = {map_id: heir for text, heir in chosen if heir and (map_id := whole_number(text)) is not None}
        return cls(posted.text("password")[: 2 * _MAX], heirs)
