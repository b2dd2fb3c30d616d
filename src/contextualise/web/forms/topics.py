"""The forms of a topic itself: making it, its types, its address."""

from dataclasses import dataclass, replace

from contextualise.domain.drafts import Candidate
from contextualise.lib.markdown import MAX_SOURCE
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, References, Resolver, read_references


@dataclass(frozen=True, slots=True)
class TopicForm:
    """A topic to be made: its name is enough."""

    name: str = ""
    types: References = NONE
    slug: str = ""
    text: str = ""
    anyway: bool = False  # although there is one of this name
    namesakes: tuple[Candidate, ...] = ()


def read_topic_form(posted: Posted) -> TopicForm:
    """The form as posted."""
    name = " ".join(posted.text("name").split())
    return TopicForm(
        name=name,
        types=read_references(posted, "type"),
        slug=posted.text("slug").strip(),
        text=posted.text("text"),
        anyway=bool(name) and posted.text("anyway") == name,
    )


async def resolve_topic_form(form: TopicForm, resolver: Resolver) -> TopicForm:
    """The form with its types found; another topic of the name is told once, then allowed."""
    if not form.name:
        resolver.errors["name"] = "Write a name."
    types = await resolver.many(form.types, "type")
    reason = text_reason(form.text)
    if reason:
        resolver.errors["text"] = reason
    namesakes: tuple[Candidate, ...] = ()
    if form.name and not form.anyway:
        namesakes = await resolver.namesakes(form.name)
        if namesakes:
            resolver.errors["name"] = f"There is a topic called “{namesakes[0].label}” already."
    return replace(form, types=types, namesakes=namesakes)


def text_reason(text: str) -> str:
    """Why a text is too large to keep; empty when it is not."""
    size = len(text.encode())
    if size <= MAX_SOURCE:
        return ""
    most, here = f"{MAX_SOURCE / 1_000_000:.3g} MB", f"{size / 1_000_000:.2f} MB"
    return f"A text may have at most {most}; this one has {here}. Put a part of it in a topic of its own."
