"""Topics that were found, with the words around what was found marked."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from contextualise.domain.search import Answer
from contextualise.lib import snippets
from contextualise.repository.search import Match, Query, Reified, StatementTold, TopicTold
from contextualise.web.pages.topics.links import SIGNS, Addresses

LINES = 2  # statements shown of one topic


@dataclass(frozen=True, slots=True)
class Line:
    """A statement that was found: what kind of statement, the words around, and where it stands."""

    kind: str
    text: Markup
    href: str


@dataclass(frozen=True, slots=True)
class Result:
    """A topic that was found; `other` is the name that was, where it is not the one shown."""

    title: Markup
    href: str
    sign: int | None
    types: tuple[str, ...]
    other: Markup | None
    lines: tuple[Line, ...]
    map_title: str
    map_href: str


class Reader:
    """Turns matches into results."""

    def __init__(self, answer: Answer, addresses: Callable[[int], Addresses]) -> None:
        told = answer.told
        self._addresses = addresses
        self._topics: dict[int, TopicTold] = {topic.id: topic for topic in told.topics} if told else {}
        self._names = {name.id: name.text for name in told.names} if told else {}
        self._occurrences: dict[int, StatementTold] = {row.id: row for row in told.occurrences} if told else {}
        self._reified: dict[int, Reified] = {row.topic_id: row for row in told.reified} if told else {}
        self._titles = answer.titles
        self._pattern = pattern_for(answer.query, answer.ground.forms if answer.ground else {})

    def result(self, match: Match) -> Result:
        """A topic with what was found of it."""
        topic = self._topics[match.topic_id]
        addresses = self._addresses(match.map_id)
        title, href = self._title(topic, addresses)
        names = [self._names[hit.id] for hit in match.hits if hit.kind == "name" and hit.id in self._names]
        other = next((name for name in names if name != topic.label), None) if names and topic.label not in names else None
        found = self._titles.get(match.map_id)
        return Result(
            title=self._marked(title),
            href=href,
            sign=topic.types[0][0] % SIGNS if topic.types else None,
            types=tuple(label for _, _, label in topic.types[:3]),
            other=None if other is None else self._marked(other),
            lines=tuple(self._line(match, self._occurrences[hit.id], href) for hit in match.hits if hit.id in self._occurrences)[:LINES],
            map_title=found.title if found else "",
            map_href=f"/maps/{found.ref}" if found else "",
        )

    def _title(self, topic: TopicTold, addresses: Addresses) -> tuple[str, str]:
        reified = self._reified.get(topic.id)
        if reified is None:
            return topic.label, addresses.topic(topic.slug)
        if reified.kind in ("a", "r"):
            return reified.label or topic.label, addresses.association(reified.construct_id)
        if reified.slug:
            return reified.label, addresses.topic(reified.slug)
        return topic.label, addresses.topic(topic.slug)

    def _line(self, match: Match, row: StatementTold, href: str) -> Line:
        is_text = row.media_type is not None and match.hits and any(hit.id == row.id and hit.kind in ("text", "note") for hit in match.hits)
        said = row.text if is_text else " · ".join(part for part in (row.title, row.alt, row.file_name, row.text) if part)
        pieces = snippets.excerpt(said, self._pattern)
        anchor = "" if match.topic_id in self._reified else f"#{'text' if is_text else 'occurrence'}-{row.id}"
        return Line(row.type_label, as_html(pieces), href + anchor)

    def _marked(self, text: str) -> Markup:
        return as_html(snippets.marked(text, self._pattern))


def as_html(pieces: Iterable[snippets.Piece]) -> Markup:
    """The pieces escaped, what was found marked."""
    return Markup("").join(Markup("<mark>{}</mark>").format(text) if is_found else Markup("{}").format(text) for text, is_found in pieces)


def pattern_for(query: Query, forms: Mapping[str, Sequence[str]]) -> re.Pattern[str] | None:
    """What finds the words of a question in a text."""
    asked = [term for term in query.terms if not term.is_excluded]
    single = [term for term in asked if len(term.words) == 1]
    stems = {stem for term in single for stem in forms.get(term.words[0], ()) if len(stem) > 2}
    return snippets.pattern_of(
        {term.words[0] for term in single if not term.is_open},
        {term.words[0] for term in single if term.is_open} | stems,
        [term.words for term in asked if len(term.words) > 1],
    )
