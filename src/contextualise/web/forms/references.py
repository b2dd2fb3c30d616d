"""Fields that name topics: text from a person, resolved to topics by exact name, address or identifier.

A field called `type` comes as `type` (what was typed), `type_id` (what was chosen from a list, believed only while the text still
names it) and `type_create` (the person agreed to make a topic of that name). A field of several topics comes as `theme`, repeated, with
a number or `new:` and a name each, and `theme_text` for what was typed and not chosen.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from contextualise.domain.drafts import Candidate, Match, Session, Theme, find_topics, matches
from contextualise.lib.numbers import whole_number
from contextualise.web.forms.posted import Posted

NEW = "new:"
MAX_CHOSEN = 50


@dataclass(frozen=True, slots=True)
class Reference:
    """One topic, as typed; after resolving with the topic's id, or with what the person has to decide."""

    text: str = ""
    ids: tuple[int, ...] = ()
    create: bool = False
    id: int | None = None
    choices: tuple[Candidate, ...] = ()  # several topics have this name
    offer: bool = False  # none has: offer to make one

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not self.text

    @classmethod
    def to(cls, topic: Candidate | Theme | None) -> "Reference":
        """A field that names a topic already."""
        return cls() if topic is None else cls(topic.label, (topic.id,), id=topic.id)


@dataclass(frozen=True, slots=True)
class References:
    """Several topics: those chosen, as (value, label) pairs, and the text not chosen yet."""

    values: tuple[str, ...] = ()
    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    choices: tuple[Candidate, ...] = ()
    ids: tuple[int, ...] = ()
    names: tuple[str, ...] = ()  # of topics to be made

    @classmethod
    def to(cls, topics: Iterable[Candidate | Theme]) -> "References":
        """A field that names topics already."""
        pairs = tuple((str(topic.id), topic.label) for topic in topics)
        return cls(tuple(value for value, _ in pairs), chosen=pairs, ids=tuple(int(value) for value, _ in pairs))


NOTHING, NONE = Reference(), References()


def read_reference(posted: Posted, name: str) -> Reference:
    """The field of one topic."""
    text = " ".join(posted.text(name).split())
    ids = tuple(number for number in map(whole_number, posted.texts(f"{name}_id")) if number is not None)
    agreed = posted.texts(f"{name}_create")
    return Reference(text, ids[:MAX_CHOSEN], create="1" in agreed or (text in agreed and bool(text)))


def read_references(posted: Posted, name: str) -> References:
    """The field of several topics. What scripts send as `NAME_text` before the input's own text was chosen as "create"."""
    typed = [" ".join(text.split()) for text in posted.texts(f"{name}_text")]
    values = [*posted.texts(name), *(NEW + text for text in typed[:-1] if text)]
    values += [str(number) for number in map(whole_number, posted.texts(f"{name}_id")) if number is not None]
    return References(tuple(dict.fromkeys(values))[:MAX_CHOSEN], typed[-1] if typed else "")


@dataclass
class Resolver:
    """Resolves the references of one form and gathers what is wrong with them; makes nothing until it is asked to."""

    session: Session
    map_id: int
    errors: dict[str, str] = field(default_factory=dict)

    async def one(self, reference: Reference, name: str, missing: str | None = None) -> Reference:
        """The reference with the id of its topic; `missing` is the reason told when nothing was given, None where that is fine."""
        if reference.is_empty:
            if missing is not None:
                self.errors[name] = missing
            return replace(reference, ids=(), create=False)
        found = await matches(self.session, self.map_id, reference.text)
        return self._decided(reference, name, found)

    async def many(self, references: References, name: str) -> References:
        """The references with the ids of their topics and the names of those to be made."""
        labels = await self._labels(references, name)
        chosen = {value: label for value in references.values if (label := _label(value, labels))}
        text = references.text
        choices: tuple[Candidate, ...] = ()
        if text:
            found = _meant(await matches(self.session, self.map_id, text))
            if len(found) == 1:
                chosen[str(found[0].id)] = found[0].label
                text = ""
            elif found:
                choices = found
                self.errors[name] = f"Several topics are called “{text}”. Choose the one you mean."
            else:
                chosen[NEW + text] = f"{text} (new)"
                self.errors[name] = f"There is no topic “{text}” yet. Save again to create it."
                text = ""
        return replace(
            references,
            text=text,
            chosen=tuple(chosen.items()),
            choices=choices,
            ids=tuple(int(value) for value in chosen if not value.startswith(NEW)),
            names=tuple(value.removeprefix(NEW) for value in chosen if value.startswith(NEW)),
        )

    async def namesakes(self, name: str) -> tuple[Candidate, ...]:
        """The topics that have this name already."""
        return tuple(match.topic for match in await matches(self.session, self.map_id, name))

    def _decided(self, reference: Reference, name: str, found: Collection[Match]) -> Reference:
        by_id = {match.topic.id: match.topic for match in found}
        picked = next((number for number in reference.ids if number in by_id), None)
        if picked is not None:
            return replace(reference, id=picked)
        if reference.create:
            return reference
        meant = _meant(found)
        if len(meant) == 1:
            return replace(reference, id=meant[0].id)
        if meant:
            self.errors[name] = f"Several topics are called “{reference.text}”. Choose the one you mean."
            return replace(reference, choices=meant)
        self.errors[name] = f"There is no topic “{reference.text}” yet. Save again to create it."
        return replace(reference, offer=True)

    async def _labels(self, references: References, name: str) -> dict[int, str]:
        numbers = {number for number in map(whole_number, references.values) if number is not None}
        found = await find_topics(self.session, self.map_id, numbers)
        if len(found) < len(numbers):
            self.errors[name] = "A topic that was chosen here is not there any more."
        return {topic.id: topic.label for topic in found.values()}


def _meant(found: Collection[Match]) -> tuple[Candidate, ...]:
    """A person's own topics go before base topics of the same name."""
    own = tuple(match.topic for match in found if not match.is_base)
    return own or tuple(match.topic for match in found)


def _label(value: str, labels: dict[int, str]) -> str | None:
    if value.startswith(NEW):
        name = value.removeprefix(NEW).strip()
        return f"{name} (new)" if name else None
    number = whole_number(value)
    return labels.get(number) if number is not None else None
