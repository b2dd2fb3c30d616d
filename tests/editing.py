"""A map on which somebody works: topics made through the domain, forms read as a browser reads them."""

from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any

from httpx import Response

from contextualise.domain.base_topics import base_ids
from contextualise.domain.drafts import find_topic
from contextualise.domain.maps import check_fields, create_map
from contextualise.domain.texts import save_text
from contextualise.domain.topics import create_topic
from tests.web import Person, Site


@dataclass
class Made:
    """A topic of the map."""

    id: int
    slug: str
    url: str


@dataclass
class Desk:
    """Somebody's map, and the one who may change it."""

    site: Site
    person: Person
    map_id: int

    @property
    def url(self) -> str:
        return f"/maps/{self.map_id}"

    async def topic(self, name: str, *types: int) -> Made:
        async with self.site.database.writing() as session:
            saved = await create_topic(session, self.map_id, self.person.id, name=name, type_ids=types)
            found = await find_topic(session, self.map_id, saved.construct_id)
        assert found is not None
        return Made(found.id, found.slug, f"{self.url}/topics/{found.slug}")

    async def text(self, topic: Made, source: str) -> int:
        async with self.site.database.writing() as session:
            saved = await save_text(session, self.site.objects, self.map_id, self.person.id, topic.id, source=source, expected=None)
        return saved.construct_id

    async def base(self, slug: str) -> int:
        async with self.site.database.reading() as connection:
            return (await base_ids(connection, self.map_id, [slug]))[slug]

    async def get(self, path: str, **more: Any) -> Response:
        return await self.person.get(path, **more)

    async def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> Response:
        return await self.person.post(path, fields, **more)


async def open_desk(site: Site, person: Person, title: str = "Italian opera") -> Desk:
    """A new map of the person's."""
    async with site.database.writing() as session:
        map_id = await create_map(session, person.id, check_fields(title=title))
    return Desk(site, person, map_id)


class _Fields(HTMLParser):
    """The controls of the first form with the wanted id (or of the page's last form with a text field)."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name") or ""
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if (
            tag == "input"
            and given.get("type") not in ("submit", "button")
            and (given.get("type") not in ("checkbox", "radio") or "checked" in given)
        ):
            self.fields.setdefault(name, []).append(given.get("value") or "")
        elif tag == "textarea":
            self._area = name
            self.fields.setdefault(name, []).append("")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.fields.setdefault(self._select, []).append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # HTML drops the newline right after the tag.
            self.fields[self._area][-1] = self.fields[self._area][-1].removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area][-1] += data


def fields_of(html: str, action: str) -> dict[str, list[str]]:
    """What a browser would send of the form with this action, as it stands."""
    start = html.index(f'action="{action}"')
    reader = _Fields()
    reader.feed(html[html.rindex("<form", 0, start) : html.index("</form>", start)])
    reader.fields.pop("", None)
    return reader.fields


def ids_of(html: str) -> list[str]:
    """The ids of a page or fragment, in its order."""
    reader = _Fields()
    reader.feed(html)
    return reader.ids


def words(html: str) -> str:
    """The text of a page or fragment."""
    parts: list[str] = []
    reader = HTMLParser()
    reader.handle_data = parts.append  # type: ignore[method-assign]  # the shortest way to the text alone
    reader.feed(html)
    return " ".join(unescape(" ".join(parts)).split())
