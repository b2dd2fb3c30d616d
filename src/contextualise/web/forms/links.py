"""The form of a link to a page or film elsewhere."""

from dataclasses import dataclass, replace

from contextualise.domain.drafts import OccurrenceDraft
from contextualise.lib.values import ValueRefused, check
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, References, Resolver, read_references

LINK = "anyURI"
MISSING = "Write the address of a page, such as https://example.org/page."


@dataclass(frozen=True, slots=True)
class LinkForm:
    """An address elsewhere, with the words that lead there."""

    url: str = ""
    title: str = ""
    description: str = ""
    themes: References = NONE


def link_form(draft: OccurrenceDraft) -> LinkForm:
    """The form of a link as it is."""
    return LinkForm(draft.value, draft.title or "", draft.alt or "", References.to(draft.themes))


def read_link_form(posted: Posted) -> LinkForm:
    """The form as posted."""
    return LinkForm(
        posted.text("url").strip(),
        " ".join(posted.text("title").split()),
        " ".join(posted.text("description").split()),
        read_references(posted, "theme"),
    )


async def resolve_link_form(form: LinkForm, resolver: Resolver) -> LinkForm:
    """The form with its contexts resolved and the address checked."""
    try:
        form = replace(form, url=check(LINK, form.url).value) if form.url else form
        if not form.url:
            resolver.errors["url"] = MISSING
    except ValueRefused as refused:
        resolver.errors["url"] = str(refused)
    return replace(form, themes=await resolver.many(form.themes, "theme"))
