"""What mail about accounts says: subject and body. Whoever gets one may never have asked for it, and each says what then."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a plain text."""

    subject: str
    body: str


def confirmation(name: str, link: str) -> Letter:
    """To the address of a new account."""
    return _letter(
        "Confirm your e-mail address",
        f"Hello {name},",
        "an account was made with this address. Open this link to show that the address is yours; it works for seven days:",
        link,
        "You can use the site already. Inviting others and publishing wait for the confirmation.",
        "If it was not you, do nothing: without the link the account can neither invite nor publish under your address.",
    )


def held_already(link: str) -> Letter:
    """To the holder of an address with which somebody made another account."""
    return _letter(
        "You have an account already",
        "Hello,",
        "somebody just made an account with this address, but you have one already. If it was you, sign in with the one you had; if you "
        "have forgotten its password, set a new one here:",
        link,
        "The other account works with the password chosen for it, but it cannot be confirmed under this address.",
        "If it was not you, do nothing: your account is as it was.",
    )


def recovery(link: str) -> Letter:
    """To somebody who has forgotten the password."""
    return _letter(
        "Set a new password",
        "Hello,",
        "somebody asked for a new password for your account. This link sets one; it works once, for one hour:",
        link,
        "You are then signed out everywhere else.",
        "If it was not you, do nothing: your password stays as it is.",
    )


def new_address(link: str) -> Letter:
    """To the address that an account is to have."""
    return _letter(
        "Confirm your new e-mail address",
        "Hello,",
        "somebody wants to use this address for an account. Open this link to change to it; it works for one day:",
        link,
        "If it was not you, do nothing: nothing is changed.",
    )


def address_changed(new: str, link: str) -> Letter:
    """To the address that an account had."""
    return _letter(
        "Your e-mail address was changed",
        "Hello,",
        f"your account now has the address {new}; mail no longer goes to this one.",
        "If it was not you, take your account back here. The link works for seven days; it brings this address back, asks for a new "
        "password, and signs everybody out:",
        link,
    )


def address_held(link: str) -> Letter:
    """To the holder of an address that somebody wanted for another account."""
    return _letter(
        "This address has an account already",
        "Hello,",
        "somebody wanted to use this address for another account, but you have one with it already. If it was you, sign in with that "
        "one; if you have forgotten its password, set a new one here:",
        link,
        "If it was not you, do nothing: your account is as it was.",
    )


def invitation(by: str, link: str) -> Letter:
    """To somebody who is asked to make an account."""
    return _letter(
        "You are invited",
        "Hello,",
        f"{by} invites you to make an account. This link works once, for seven days:",
        link,
        "If you do not know why, do nothing.",
    )


def left(name: str) -> Letter:
    """To somebody whose account was just deleted."""
    return _letter(
        "Your account is deleted",
        f"Hello {name},",
        "your account is deleted, as you asked. You are signed out everywhere, and this was the last mail.",
    )


def _letter(subject: str, *paragraphs: str) -> Letter:
    return Letter(subject, "\n\n".join(paragraphs))
