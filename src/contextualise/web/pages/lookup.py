"""What the look-up by facts shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from contextualise.lib.values import display
from contextualise.repository.reading.lookup import PER_PAGE, SHOWN, Holder, Survey
from contextualise.web.forms.lookup import LookupForm
from contextualise.web.pages.topics.links import SIGNS, Addresses, TopicLink


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A topic and what its facts of the kind say."""

    topic: TopicLink
    values: str


@dataclass(frozen=True, slots=True)
class LookupPage:
    """The form, and the topics it finds; `options` are the kinds of facts."""

    url: str
    form: LookupForm
    options: tuple[tuple[str, str], ...]
    chosen: str
    rows: tuple[HolderRow, ...]
    next_url: str | None
    first_url: str | None

    @property
    def ids(self) -> dict[str, str]:
        """The ids of the form's controls by field, for the summary of errors."""
        return {name: name for name in self.form.errors}


def lookup_page(addresses: Addresses, form: LookupForm, survey: Survey, holders: Sequence[Holder], *, is_first: bool) -> LookupPage:
    """The page's contents."""
    url = f"{addresses.map_url}/lookup"
    options = [(each.slug, each.label) for each in survey.types]
    if survey.chosen and survey.chosen.slug not in dict(options):
        options.append((survey.chosen.slug, survey.chosen.label))
    shown = holders[:PER_PAGE]
    last = shown[-1] if len(holders) > PER_PAGE else None
    return LookupPage(
        url=url,
        form=form,
        options=(("", "Choose what it is about"), *options),
        chosen=survey.chosen.label if survey.chosen else "",
        rows=tuple(_row(holder, addresses) for holder in shown),
        next_url=f"{url}?{urlencode([*form.pairs, ('after', f'{last.id}.{last.sort_key}')])}" if last else None,
        first_url=None if is_first else f"{url}?{urlencode(form.pairs)}",
    )


def _row(holder: Holder, addresses: Addresses) -> HolderRow:
    sign = None if holder.type_id is None else holder.type_id % SIGNS
    values = "; ".join(display(datatype, value) for datatype, value in holder.values)
    topic = TopicLink(holder.id, holder.label, addresses.topic(holder.slug), sign, holder.type_label or "")
    return HolderRow(topic, f"{values}; …" if len(holder.values) == SHOWN else values)
