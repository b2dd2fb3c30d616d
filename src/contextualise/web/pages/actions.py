"""What a person can do from anywhere: offered beside topics in "go to", and by keys."""

from dataclasses import dataclass, field

from contextualise.domain.accounts import Viewer
from contextualise.lib.names import search_key
from contextualise.web.shared.fragments import MapHeader

MOST = 6


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do: a link, or with `fields` a form that posts them. `keys` are pressed one after the other."""

    text: str
    href: str
    icon: str
    words: str = ""  # further words to find it by
    keys: str = ""
    fields: tuple[tuple[str, str], ...] | None = None
    is_usual: bool = field(default=False)  # offered before anything is typed

    def fits(self, typed: str) -> bool:
        """Whether all typed words are beginnings of words of it."""
        own = search_key(f"{self.text} {self.words}").replace("-", " ").split()
        return all(any(word.startswith(part) for word in own) for part in search_key(typed).split())


def actions_of(viewer: Viewer | None, header: MapHeader | None, *, theme: str, back: str) -> tuple[Action, ...]:
    """Everything this person may do in the map, if there is one, and on the site; `back` is the page to come back to."""
    return (*(_in_map(header) if header else ()), *_on_site(viewer), *_looks(theme, back), *_leaving(viewer))


def fitting(actions: tuple[Action, ...], typed: str) -> tuple[Action, ...]:
    """The actions that are meant by what was typed; the usual ones where nothing was."""
    if not typed:
        return tuple(action for action in actions if action.is_usual)[:MOST]
    return tuple(action for action in actions if action.fits(typed))[:MOST]


def _in_map(header: MapHeader) -> tuple[Action, ...]:
    url = header.url
    edit = (
        Action("New topic", f"{url}/topics/new", "plus", "create add write make", "n t", is_usual=True),
        Action("Notes", f"{url}/notes", "inbox", "inbox capture jot", "g n", is_usual=True),
        Action("Trash", f"{url}/trash", "trash-2", "deleted undo restore bin", "g d"),
    )
    read = (
        Action("Search this map", f"{url}/search", "search", "find full text", "g s", is_usual=True),
        Action("Topics", f"{url}/topics", "list", "index all list", "g t", is_usual=True),
        Action("Overview", url, "book-open", "front start map", "g o"),
        Action("Explore", f"{url}/resources", "layers", "resources files images links index attributes", "g r"),
        Action("Contexts", f"{url}/contexts", "filter", "themes scope", "g c"),
        Action("Timeline", f"{url}/timeline", "calendar", "dates events eras", "g l"),
        Action("Places", f"{url}/places", "earth", "geographic map world where", "g w"),
        Action("Paths", f"{url}/paths", "route", "knowledge path reading course", "g k"),
        Action("Tags", f"{url}/tags", "tag", "cloud words categories", "g j"),
        Action("History", f"{url}/history", "history", "changes versions", "g h"),
    )
    manage = (Action("Settings of the map", f"{url}/edit", "settings", "title description publish share delete"),)
    return (*(edit if header.may_edit else ()), *read, *(manage if header.may_manage else ()))


def _on_site(viewer: Viewer | None) -> tuple[Action, ...]:
    everybody = (
        Action("Search all maps", "/search", "search", "find everywhere full text", "g a"),
        Action("Published maps", "/", "earth", "home start", "g p"),
        Action("Keyboard shortcuts", "/shortcuts", "lightbulb", "keys help", "?"),
    )
    if viewer is None:
        return everybody
    own = (
        Action("Your maps", "/maps", "library", "mine shared", "g m", is_usual=True),
        Action("New map", "/maps/new", "plus", "create make", "n m"),
        Action("Import a map", "/maps/importing", "upload", "xtm file upload", is_usual=True),
        Action("Account", "/account", "circle-user", "name password sessions profile"),
    )
    people = (Action("People", "/admin/users", "users", "accounts invite admin"),)
    return (*own, *everybody, *(people if viewer.is_admin else ()))


def _looks(theme: str, back: str) -> tuple[Action, ...]:
    themes = (("system", "As the system", "monitor"), ("light", "Light", "sun"), ("dark", "Dark", "moon"))
    return tuple(
        Action(f"Appearance: {text.lower()}", "/theme", icon, "theme colours mode night day", fields=(("theme", name), ("next", back)))
        for name, text, icon in themes
        if name != theme
    )


def _leaving(viewer: Viewer | None) -> tuple[Action, ...]:
    if viewer is None:
        return (Action("Sign in", "/sign-in", "log-in", "login account"),)
    return (Action("Sign out", "/sign-out", "log-out", "logout leave", fields=()),)
