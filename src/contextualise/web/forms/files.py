"""The form of a picture, recording, scene or other file: what is said about it."""

from dataclasses import dataclass, replace

from contextualise.domain.drafts import OccurrenceDraft
from contextualise.lib.kinds import Kind, kind_of_content
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, References, Resolver, read_references

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class FileForm:
    """Title, words for those who do not see or hear it, and contexts; an `alt` of None is not said yet, an empty one a decoration."""

    title: str = ""
    alt: str | None = None
    themes: References = NONE
    kind: Kind = Kind.FILE
    href: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it is shown as a picture, which may be a mere decoration."""
        return self.kind == Kind.IMAGE

    @property
    def noun(self) -> str:
        """What it is called in a sentence."""
        return _NOUNS.get(self.kind, "file")

    @property
    def alt_label(self) -> str:
        """The question that `alt` answers."""
        return {Kind.IMAGE: "What does it show?", Kind.SCENE: "What does it show?"}.get(self.kind, "Description")

    @property
    def alt_hint(self) -> str:
        """What to answer."""
        return _HINTS.get(self.kind, "What is in it, for whom it is.")


_NOUNS = {Kind.IMAGE: "picture", Kind.VIDEO: "film", Kind.AUDIO: "recording", Kind.SCENE: "3D scene"}
_HINTS = {
    Kind.IMAGE: "For people who do not see it: one or two sentences, without “picture of”.",
    Kind.SCENE: "For people who do not see it: one or two sentences.",
    Kind.VIDEO: "What happens in it, for people who do not see or hear it.",
    Kind.AUDIO: "What is heard, for people who do not hear it; a transcript, if you have one.",
}


def file_form(draft: OccurrenceDraft, href: str) -> FileForm:
    """The form of a file as it is; `href` is where its bytes are."""
    kind = kind_of_content(draft.datatype.removeprefix(MEDIA_TYPES), is_text=False)
    return FileForm(draft.title or "", draft.alt, References.to(draft.themes), kind, href)


def read_file_form(posted: Posted, start: FileForm) -> FileForm:
    """The form as posted; a field that was not sent at all stays as it is."""
    words = " ".join(posted.text("alt").split())
    decorative = start.is_picture and posted.has("decorative") and not words
    has_contexts = bool(posted.texts("theme_text") or posted.texts("theme"))
    return replace(
        start,
        title=" ".join(posted.text("title").split()) if posted.texts("title") else start.title,
        alt=(words or ("" if decorative else None)) if posted.texts("alt") or decorative else start.alt,
        themes=read_references(posted, "theme") if has_contexts else start.themes,
    )


async def resolve_file_form(form: FileForm, resolver: Resolver) -> FileForm:
    """The form with its contexts resolved."""
    return replace(form, themes=await resolver.many(form.themes, "theme"))
