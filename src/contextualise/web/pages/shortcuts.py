"""What the list of shortcuts shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from contextualise.web.pages.actions import Action

COOKIE = "shortcuts"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys, pressed together (`Ctrl+K`) or one after the other (`g t`); `href` is where they lead, "" where they do something here."""

    text: str
    keys: tuple[str, ...]
    href: str
    sequence: str


@dataclass(frozen=True, slots=True)
class ShortcutsPage:
    """The shortcuts by group, and whether those of single characters work in this browser."""

    groups: tuple[tuple[str, tuple[Shortcut, ...]], ...]
    is_on: bool
    url: str


_ANYWHERE = (
    Shortcut("Go to a topic, or do something", ("/",), "", "/"),
    Shortcut("The same, also while writing nothing", ("Ctrl or ⌘", "K"), "", ""),
    Shortcut("This list", ("?",), "", "?"),
    Shortcut("Take back what you just did, outside of fields", ("Ctrl or ⌘", "Z"), "", ""),
    Shortcut("To the newest message and back", ("F6",), "", ""),
)
_WRITING = (
    Shortcut("Save what you are writing", ("Ctrl or ⌘", "Enter"), "", ""),
    Shortcut("Leave a form or dialog", ("Esc",), "", ""),
    Shortcut("Link to a topic, in a text", ("[", "["), "", ""),
)


def shortcuts_page(actions: Sequence[Action], *, is_on: bool, url: str) -> ShortcutsPage:
    """The list for what somebody may do."""
    going = tuple(Shortcut(action.text, tuple(action.keys.split()), action.href, action.keys) for action in actions if " " in action.keys)
    return ShortcutsPage((("Anywhere", _ANYWHERE), ("Going somewhere", going), ("While writing", _WRITING)), is_on, url)
