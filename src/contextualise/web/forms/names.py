"""The form of a name: its value, contexts, language, kind and one further variant."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from contextualise.domain.drafts import NameDraft, Theme, VariantDraft
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, NOTHING, Reference, References, Resolver, read_reference, read_references

ANY_LANGUAGE = ("", "Any language")


@dataclass(frozen=True, slots=True)
class NameForm:
    """The fields of a name; `variants` are those it has already."""

    value: str = ""
    themes: References = NONE
    language: int | None = None
    languages: tuple[tuple[str, str], ...] = (ANY_LANGUAGE,)
    type: Reference = NOTHING
    variant: str = ""
    variant_theme: Reference = NOTHING
    variants: tuple[VariantDraft, ...] = ()
    is_new: bool = True
    is_title: bool = False

    def theme_ids(self, themes: Collection[int]) -> list[int]:
        """All themes of the name: its contexts and its language."""
        return list(dict.fromkeys([*themes, *([self.language] if self.language is not None else [])]))


def name_form(draft: NameDraft, languages: Collection[Theme], *, is_title: bool) -> NameForm:
    """The form of a name as it is; the first of its themes that is a language is chosen as such."""
    language = next((theme for theme in draft.themes if theme.is_language), None)
    return NameForm(
        value=draft.value,
        themes=References.to(theme for theme in draft.themes if theme != language),
        language=language.id if language else None,
        languages=language_options(languages),
        type=Reference.to(draft.type),
        variants=draft.variants,
        is_new=False,
        is_title=is_title,
    )


def language_options(languages: Collection[Theme]) -> tuple[tuple[str, str], ...]:
    """What a choice of language offers."""
    return (ANY_LANGUAGE, *((str(theme.id), theme.label) for theme in languages))


def read_name_form(posted: Posted, start: NameForm) -> NameForm:
    """The form as posted, over the one that was shown."""
    return replace(
        start,
        value=" ".join(posted.text("value").split()),
        themes=read_references(posted, "theme"),
        language=posted.number("language"),
        type=read_reference(posted, "type"),
        variant=" ".join(posted.text("variant").split()),
        variant_theme=read_reference(posted, "variant_theme"),
    )


async def resolve_name_form(form: NameForm, resolver: Resolver) -> NameForm:
    """The form with its references resolved; what is wrong is in the resolver."""
    if not form.value:
        resolver.errors["value"] = "Write a name."
    if form.language is not None and str(form.language) not in dict(form.languages):
        resolver.errors["language"] = "Choose a language of the list."
    themes = await resolver.many(form.themes, "theme")
    type_ = await resolver.one(form.type, "type")
    variant_theme = form.variant_theme
    if form.variant:
        variant_theme = await resolver.one(variant_theme, "variant_theme", "Say what this form is for: plural, sort order, short.")
    return replace(form, themes=themes, type=type_, variant_theme=variant_theme)
