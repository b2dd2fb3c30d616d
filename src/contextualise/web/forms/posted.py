"""Posted fields as plain text, whatever was really sent."""

import re
from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl

from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException

from contextualise.domain.errors import Invalid
from contextualise.lib.numbers import whole_number
from contextualise.web.shared.requests import AnyRequest

MAX_FIELDS = 2000
MAX_BYTES = 16_000_000  # a text of 1 MB, each byte written as %XX, and room for one that is a good deal too long

# PostgreSQL keeps neither of these, and no person types them; the HTML standard shows the same sign in their place.
_NEVER_KEPT = re.compile("[\x00\ud800-\udfff]")


class Posted:
    """The fields of a form; a missing one reads as empty, of a repeated one `text` is the first."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """The field's value as typed, with plain line ends."""
        return next(iter(self.texts(name)), "")

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a field, in the order of the form."""
        return tuple(self._fields.get(name, ()))

    def has(self, name: str) -> bool:
        """Whether the field was sent with any value: a ticked box, a pressed button."""
        return any(self.texts(name))

    def names(self) -> Collection[str]:
        """The names of the fields that were sent."""
        return self._fields.keys()

    def number(self, name: str) -> int | None:
        """The field as the number of a construct; None when it is not one."""
        return next((number for number in map(whole_number, self.texts(name)) if number is not None), None)

    def indices(self, prefix: str) -> list[int]:
        """The numbers of the rows of a form whose fields are called `prefix-NUMBER`, in ascending order."""
        endings = (name.removeprefix(prefix + "-") for name in self._fields if name.startswith(prefix + "-"))
        return sorted({number for ending in endings if (number := whole_number(ending, digits=4)) is not None})


async def read_posted(request: AnyRequest) -> Posted:
    """The request's form.

    Raises `ClientException` (400) for one with thousands of fields or without an end in sight, `Invalid` for one beyond `MAX_BYTES`.
    """
    if "transfer-encoding" in request.headers:
        # No browser sends a form in pieces of unknown number; read whole, it could fill the memory of the server.
        raise ClientException("The form does not say how long it is.")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BYTES:
        raise Invalid({"": "This is too much to save at once: a text may have at most 1 MB. Nothing was changed."})
    if request.content_type[0] == RequestEncodingType.MULTI_PART:
        items = [(name, value) for name, value in (await read_multipart(request)).multi_items() if isinstance(value, str)]
    else:
        # Litestar's own reader keeps the last thousand bodies in a cache; texts of a megabyte do not belong there.
        items = _decoded(await request.body())
    fields: dict[str, list[str]] = {}
    for name, value in items:
        fields.setdefault(name, []).append(clean(value))
    return Posted(fields)


async def read_multipart(request: AnyRequest) -> FormMultiDict:
    """The parts of a form with files. Raises `ClientException` (400) for one that is damaged on the way, or never was one."""
    try:
        return await request.form()
    except (UnicodeDecodeError, LookupError) as error:  # the latter for a part that names an encoding that there is not
        raise ClientException("The form is not in UTF-8.") from error


def clean(text: str) -> str:
    """Text that can be stored: plain line ends, and a replacement sign for what no database keeps."""
    return _NEVER_KEPT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise ClientException("The form has too many fields.") from error
