"""The fields of the form for a map."""

from dataclasses import dataclass

from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType

from contextualise.domain.errors import Invalid
from contextualise.domain.maps import MapFields, check_fields
from contextualise.web.forms.posted import Posted, read_multipart
from contextualise.web.shared.requests import AnyRequest

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


async def read_upload(request: AnyRequest, name: str, limit: int) -> bytes | None:
    """The bytes of an uploaded file, None where none was chosen; raises `Invalid` for one above the limit, before it is in memory."""
    if request.content_type[0] != RequestEncodingType.MULTI_PART:
        return None
    file = (await read_multipart(request)).get(name)
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    size = file.file.seek(0, 2)
    if size > limit:
        raise Invalid({name: f"This file has {size / 1_000_000:.1f} MB; at most {limit // 1_000_000} MB are taken."})
    file.file.seek(0)
    return await file.read() or None
