"""The fields of the form for a map."""

from dataclasses import dataclass

from contextualise.domain.maps import MapFields, check_fields
from contextualise.web.forms.posted import Posted

_MAX = 5000


@dataclass(frozen=True, slots=True)
class MapForm:
    """What a person writes about a map."""

    title: str
    description: str
    default_lang: str
    accent: str
    is_published: bool
    remove_image: bool

    @classmethod
    def read(cls, posted: Posted) -> "MapForm":
        """The form as posted; a language or colour that was not sent is the usual one."""
        return cls(
            title=posted.text("title")[:_MAX],
            description=posted.text("description")[:_MAX],
            default_lang=posted.text("default_lang") or "en",
            accent=posted.text("accent") or "blue",
            is_published=posted.has("published"),
            remove_image=posted.has("remove_image"),
        )

    def checked(self) -> MapFields:
        """The fields as they are kept; raises `Invalid`."""
        return check_fields(title=self.title, description=self.description, default_lang=self.default_lang, accent=self.accent)
