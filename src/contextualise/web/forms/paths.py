"""The form of a knowledge path: its name, and topics in their order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contextualise.domain.paths import MOST_STEPS
from contextualise.lib.numbers import whole_number
from contextualise.repository.reading.paths import TopicName
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NOTHING, Reference, Resolver, read_reference


@dataclass(frozen=True, slots=True)
class StepField:
    """One topic of the path; its field is called `step-INDEX`."""

    index: int
    topic: Reference = NOTHING


@dataclass(frozen=True, slots=True)
class PathForm:
    """The fields of a path; `replaces` when steps without a name become this path."""

    name: str = ""
    steps: tuple[StepField, ...] = ()
    replaces: bool = False
    focus: str = ""  # the element that the pressed button leads to


def path_form(name: str, topics: Sequence[TopicName], *, replaces: bool = False) -> PathForm:
    """The form of a path as it is, with a free field at its end."""
    steps = [StepField(index, Reference(topic.label, (topic.id,), id=topic.id)) for index, topic in enumerate(topics)]
    return PathForm(name, (*steps, StepField(len(steps))), replaces)


def read_path_form(posted: Posted) -> PathForm:
    """The form as posted, with what a pressed button did: a step moved, taken out, or added."""
    order = [number for number in (posted.indices("step")) if number < 2 * MOST_STEPS]
    given = posted.text("order")
    if given:  # dragging writes the new order of the rows here
        wanted = [number for part in given.split(",") if (number := whole_number(part, digits=4)) is not None]
        order.sort(key=lambda index: wanted.index(index) if index in wanted else len(wanted))
    steps = [StepField(index, read_reference(posted, f"step-{index}")) for index in order]
    focus = ""
    for name, change in (("earlier", -1), ("later", 1)):
        position = _position(steps, posted.number(name)) if posted.has(name) else None
        if position is not None and 0 <= position + change < len(steps):
            steps[position], steps[position + change] = steps[position + change], steps[position]
            focus = f"{name}-{steps[position + change].index}"
    removed = posted.number("remove") if posted.has("remove") else None
    steps = [step for step in steps if step.index != removed]
    if (posted.has("more") or not steps) and len(steps) < MOST_STEPS:
        index = max(order, default=-1) + 1
        steps.append(StepField(index))
        focus = f"step-{index}"
    return PathForm(" ".join(posted.text("name").split()), tuple(steps), posted.has("replaces"), focus)


def changes_steps(posted: Posted) -> bool:
    """Whether the form was sent only to move, add or take out a step."""
    return any(posted.has(name) for name in ("earlier", "later", "remove", "more"))


async def resolve_path_form(form: PathForm, resolver: Resolver) -> PathForm:
    """The form with its topics resolved; fields in which nothing was written do not count."""
    if not form.name:
        resolver.errors["name"] = "Give the path a name."
    steps = [replace(step, topic=await resolver.one(step.topic, f"step-{step.index}")) for step in form.steps]
    return replace(form, steps=tuple(steps))


def _position(steps: Sequence[StepField], index: int | None) -> int | None:
    return next((position for position, step in enumerate(steps) if step.index == index), None)
