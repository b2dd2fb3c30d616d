"""What the pages of comments show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlencode

from contextualise.domain import comments
from contextualise.domain.comments import CommentLine, ThreadPage, ThreadRecord, WholeThread, described
from contextualise.domain.maps import OpenMap
from contextualise.repository.comments.reading import COUNTED
from contextualise.web.pages.forms import FormPage
from contextualise.web.pages.topics.links import Link

LEFT = "Somebody who left"


@dataclass(frozen=True, slots=True)
class CommentForm:
    """The words of a comment as they stand in a form."""

    source: str = ""
    expected: str = ""  # only texts have a state that a save is checked against


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment; addresses are empty for what the reader may not do."""

    id: int
    by: str
    is_own: bool
    html: str
    at: datetime
    edited_at: datetime | None
    is_removed: bool
    url: str
    edit_url: str
    removal_url: str


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread. `about` is what it is about, `topic` on whose page that is; both lead nowhere once it is gone."""

    id: int
    url: str
    kind: str
    quote: str
    about: Link
    topic: Link | None
    is_gone: bool
    is_resolved: bool
    resolved_at: datetime | None
    resolved_by: str
    first: CommentView
    answers: tuple[CommentView, ...]
    skipped: int  # answers that are not shown, as counted up to a bound
    has_more: bool
    may_answer: bool
    resolution_url: str
    earlier_url: str = ""
    later_url: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A list that can be chosen in place of this one."""

    text: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ThreadsPage:
    """A list of threads: of a map, of a topic's page, or of one thing."""

    title: str
    back: Link
    about: Link | None
    states: tuple[Choice, ...]
    of: tuple[Choice, ...]
    threads: tuple[ThreadView, ...]
    empty: str
    newer_url: str
    older_url: str
    url: str = ""  # of this list as it is chosen
    construct_id: int = 0  # of the one thing
    open_count: str = ""


@dataclass(frozen=True, slots=True)
class OneThreadPage:
    """A thread on a page of its own."""

    title: str
    thread: ThreadView


@dataclass(frozen=True, slots=True)
class RemovalPage:
    """Asks before a comment is removed for good."""

    title: str
    action: str
    back: str
    body: str


Form = FormPage[CommentForm]


class Reader:
    """Makes views of what the reader of a map may see and do."""

    def __init__(self, found: OpenMap) -> None:
        self.found = found
        self.map_url = f"/maps/{found.map.ref}"
        self.url = f"{self.map_url}/comments"

    def thread(self, record: ThreadRecord) -> ThreadView:
        """A thread as a list shows it: its first comment and its last few answers."""
        standing = self.found.standing
        resolvable = comments.may_resolve(standing, record.first.user_id)
        return ThreadView(
            id=record.id,
            url=f"{self.url}/{record.id}",
            kind=record.kind,
            quote=record.quote,
            about=Link(described(record.kind, record.quote), self._about_url(record)),
            topic=self._topic(record),
            is_gone=record.is_gone,
            is_resolved=record.resolved_at is not None,
            resolved_at=record.resolved_at,
            resolved_by=record.resolved_by or LEFT,
            first=self.comment(record.first),
            answers=tuple(map(self.comment, record.answers)),
            skipped=record.answer_count - len(record.answers),
            has_more=record.answer_count > COUNTED,
            may_answer=comments.may_write(standing),
            resolution_url=f"{self.url}/{record.id}/resolution" if resolvable else "",
        )

    def whole(self, found: WholeThread) -> ThreadView:
        """A thread on its own page, with a page of its answers."""
        view = self.thread(found.record)
        earlier = f"{view.url}?before={found.earlier}" if found.earlier else ""
        later = f"{view.url}?after={found.later}" if found.later else ""
        return replace(view, skipped=0, earlier_url=earlier, later_url=later)

    def comment(self, line: CommentLine) -> CommentView:
        """One comment."""
        standing, url = self.found.standing, f"{self.url}/{line.id}"
        can_change = not line.is_removed and comments.may_change(standing, line.user_id)
        can_remove = not line.is_removed and comments.may_remove(standing, line.user_id)
        return CommentView(
            id=line.id,
            by=line.by or LEFT,
            is_own=line.user_id is not None and line.user_id == standing.user_id,
            html=line.html,
            at=line.created_at,
            edited_at=line.edited_at,
            is_removed=line.is_removed,
            url=f"{url}#comment-{line.id}",
            edit_url=f"{url}/edit" if can_change else "",
            removal_url=f"{url}/removal" if can_remove else "",
        )

    def _topic(self, record: ThreadRecord) -> Link | None:
        if record.topic_slug is None or record.topic_label is None or record.kind == "topic":
            return None
        return Link(record.topic_label, self.topic_url(record.topic_slug))

    def _about_url(self, record: ThreadRecord) -> str:
        if record.is_gone:
            return ""
        if record.kind == "topic":
            return self.topic_url(record.topic_slug) if record.topic_slug else ""
        folder = {"name": "names", "connection": "associations"}.get(record.kind, "occurrences")
        return f"{self.map_url}/{folder}/{record.construct_id}"

    def topic_url(self, slug: str) -> str:
        """The address of a topic."""
        return f"{self.map_url}/topics/{quote(slug, safe='')}"


def threads_page(
    reader: Reader,
    found: ThreadPage,
    path: str,
    *,
    title: str,
    back: Link,
    about: Link | None = None,
    state: str,
    of: str = "all",
    filters_of: bool = False,
    construct_id: int = 0,
) -> ThreadsPage:
    """A list with its choices; `filters_of` offers to see only what concerns the reader."""

    def address(**changed: str) -> str:
        fields = {"show": state, "of": of, **changed}
        plain = {"show": "open", "of": "all"}
        asked = urlencode({name: value for name, value in fields.items() if value and value != plain.get(name)})
        return f"{path}?{asked}" if asked else path

    states = (("open", "Open"), ("resolved", "Resolved"), ("all", "All"))
    concerns = (("all", "Everybody’s"), ("mine", "Mine"), ("mentions", "Naming me"))
    return ThreadsPage(
        title=title,
        back=back,
        about=about,
        states=tuple(Choice(text, address(show=key), key == state) for key, text in states),
        of=tuple(Choice(text, address(of=key), key == of) for key, text in concerns) if filters_of else (),
        threads=_views(reader, found.rows),
        empty=_empty(state, of),
        url=address(),
        newer_url=address(before=str(found.before)) if found.before else "",
        older_url=address(after=str(found.after)) if found.after else "",
        construct_id=construct_id,
    )


def _views(reader: Reader, rows: Sequence[ThreadRecord]) -> tuple[ThreadView, ...]:
    return tuple(map(reader.thread, rows))


def _empty(state: str, of: str) -> str:
    whose = {"mine": " that you take part in", "mentions": " in which somebody names you"}.get(of, "")
    what = {"open": "open comments", "resolved": "resolved comments", "all": "comments"}[state]
    return f"There are no {what} here{whose}."
