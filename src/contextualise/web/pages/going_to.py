"""What the page and the dialog "go to" show, and the options of reference fields."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from markupsafe import Markup, escape

from contextualise.lib.names import match_key
from contextualise.repository.maps import map_ref
from contextualise.repository.reading.search import Found, FoundMap, Hit
from contextualise.web.pages.actions import Action
from contextualise.web.pages.topics.links import SIGNS, Addresses


@dataclass(frozen=True, slots=True)
class Result:
    """A topic or map that was found; `name` has what was typed marked, `note` says what it is."""

    name: Markup
    href: str
    sign: int | None
    note: str
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class GoToPage:
    """The results for a text; `create_url` makes a topic of that name, for those who may.

    A search that was cut short has a `further_url` that gives the results after these, or `is_cut` where no more are to be had.
    """

    text: str
    action: str
    results: tuple[Result, ...]
    create_url: str | None
    title: str
    actions: tuple[Action, ...] = ()
    search_url: str = ""
    further_url: str = ""
    is_cut: bool = False
    shown_before: int = 0

    @property
    def summary(self) -> str:
        """How many were found, in words."""
        if not self.text:
            return ""
        count = len(self.results)
        if not count:
            return "There was no time to look at every name." if self.is_cut else "Nothing is called anything like that."
        return "1 match." if count == 1 else f"{count} matches, the closest first."

    def after(self, count: int) -> "GoToPage":
        """The page without its first results, which are there already."""
        return replace(self, results=self.results[count:], shown_before=count)


def go_to_page(
    addresses: Addresses, text: str, found: Found, actions: tuple[Action, ...], *, map_title: str, may_edit: bool, quickly: bool
) -> GoToPage:
    """The results within a map; where nothing was typed, the topics seen last. More may be asked for where it was looked `quickly`."""
    hits, action = found.hits, f"{addresses.map_url}/go-to"
    known = {match_key(hit.name) for hit in hits if hit.rank == 0}
    creates = may_edit and bool(text) and match_key(text) not in known
    return GoToPage(
        text=text,
        action=action,
        results=results_of(addresses, text, hits),
        create_url=addresses.creation(text) if creates else None,
        title=map_title,
        actions=actions,
        search_url=f"{addresses.map_url}/search?{urlencode({'q': text})}",
        further_url=f"{action}?{urlencode({'q': text, 'beyond': len(hits)})}" if found.is_cut and quickly else "",
        is_cut=found.is_cut and not quickly,
    )


def results_of(addresses: Addresses, text: str, hits: Sequence[Hit]) -> tuple[Result, ...]:
    """The hits of one map."""
    return tuple(_result(addresses, text, hit) for hit in hits)


def go_to_any_page(text: str, maps: Sequence[FoundMap], hits: Sequence[tuple[int, str, Hit]], actions: tuple[Action, ...]) -> GoToPage:
    """The results over all maps that the reader may see."""
    found = [Result(_marked(found.title, text), f"/maps/{map_ref(found.id, found.title)}", None, "Map", found.title, 0) for found in maps]
    for map_id, title, hit in hits:
        result = _result(Addresses(f"/maps/{map_ref(map_id, title)}"), text, hit)
        note = f"{result.note} · {title}" if result.note else title
        found.append(Result(result.name, result.href, result.sign, note, result.label, result.value))
    return GoToPage(text, "/go-to", tuple(found), None, "", actions, f"/search?{urlencode({'q': text})}")


def _result(addresses: Addresses, text: str, hit: Hit) -> Result:
    name = _marked(hit.label, text)
    if hit.name != hit.label:
        name += Markup(' <span class="result__other">{}</span>').format(_marked(hit.name, text))
    sign = None if hit.type_id is None else hit.type_id % SIGNS
    return Result(name, addresses.topic(hit.slug), sign, hit.type_label or "", hit.label, hit.id)


def _marked(name: str, text: str) -> Markup:
    """The name with the first place marked where it reads as what was typed."""
    wanted, lower = text.strip().lower(), name.lower()
    at = lower.find(wanted) if wanted and len(lower) == len(name) else -1
    if at < 0:
        return escape(name)
    end = at + len(wanted)
    return Markup("{}<mark>{}</mark>{}").format(name[:at], name[at:end], name[end:])
