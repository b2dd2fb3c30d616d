"""One statement of the topic page alone: what stands again where its form was."""

from collections.abc import Sequence
from typing import Any

from litestar import Response

from contextualise.domain.errors import NotFound
from contextualise.lib.numbers import whole_number
from contextualise.web.pages.topics import TopicPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest


def statement_fragment(
    request: AnyRequest, page: TopicPage, identity: str, *, notices: Sequence[Flash] = (), status: int = 200
) -> Response[Any]:
    """The element with this id, such as `name-12`. Raises `NotFound` when the page has none."""
    if identity.startswith("group-") and identity.endswith("-more"):
        return _more_of_group(request, page, identity.removeprefix("group-").removesuffix("-more"))
    kind, _, ending = identity.rpartition("-")
    number = whole_number(ending)
    if number is None:
        raise NotFound("This is no longer there.")
    template, rows = _find(page, kind, number)
    if not rows:
        raise NotFound("This is no longer there.")
    return show(request, f"topics/{template}.html", page, block="statement", rows=rows, notices=notices, status=status)


def _more_of_group(request: AnyRequest, page: TopicPage, key: str) -> Response[Any]:
    """The further rows of a group, to stand where the link to them stood."""
    group = next((group for group in page.associations.groups if group.key == key), None)
    if group is None:
        raise NotFound("There are no more connections of this kind.")
    return show(request, "topics/_group.html", page, block="statement", group=group)


def _find(page: TopicPage, kind: str, number: int) -> tuple[str, list[Any]]:
    shown = page.occurrences
    if kind == "name" and page.name is not None and page.name.id == number:
        return "_title", [page.name]
    places: dict[str, tuple[tuple[str, Sequence[Any]], ...]] = {
        "name": (("_names", page.names),),
        "text": (("_texts", shown.texts), ("_notes", shown.notes)),
        "occurrence": (
            ("_facts", shown.facts),
            ("_dates", (*shown.dates, *shown.places)),
            ("_resources", shown.links),
            ("_films", shown.films),
            ("_images", shown.images),
            ("_recordings", shown.recordings),
            ("_scenes", shown.scenes),
            ("_files", shown.files),
        ),
        "association": (("_association_rows", [row for group in page.associations.groups for row in group.rows]),),
    }
    for template, candidates in places.get(kind, ()):
        rows = [row for row in candidates if row.id == number]
        if rows:
            return template, rows[:1]
    return "", []
