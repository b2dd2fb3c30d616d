"""Forms with files, read as they arrive: a file is never whole in memory and never on this machine's disk (RFC 7578)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from litestar.exceptions import ClientException, InternalServerException
from multipart import MultipartError, MultipartSegment, PushMultipartParser  # type: ignore[import-untyped]  # it brings no types

from contextualise.lib.numbers import whole_number
from contextualise.web.shared.requests import AnyRequest

MOST_PARTS = 1000
LONGEST_FIELD = 1 << 16  # bytes of a field that is no file
OVERHEAD = 1 << 16  # bytes that a form takes besides its files, at most


class Damaged(ClientException):
    """The form broke off or is none (400)."""


@dataclass(slots=True)
class Part:
    """A field of the form; what is left unread of it is skipped."""

    name: str
    file_name: str | None  # None for a field that is no file; "" for a file without a name
    chunks: AsyncIterator[bytes] = field(repr=False)

    async def text(self) -> str:
        """The value of a field that is no file; raises `Damaged` for an endless one."""
        value = bytearray()
        async for chunk in self.chunks:
            value += chunk
            if len(value) > LONGEST_FIELD:
                raise Damaged("A field of the form is too long.")
        return value.decode("utf-8", "replace")

    async def skip(self, most: int) -> int | None:
        """Read on to the end of the part; returns how many bytes were left, None when there are more than `most`."""
        left = 0
        async for chunk in self.chunks:
            left += len(chunk)
            if left > most:
                return None
        return left


async def parts_of_form(request: AnyRequest) -> AsyncIterator[Part]:
    """The fields in the order in which they come; raises `Damaged`."""
    kind, options = request.content_type
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise Damaged("This is no form with files.")
    events = _events(request, options["boundary"])
    segment = await _next_segment(events)
    while segment is not None:
        chunks = _chunks(events)
        yield Part(segment.name or "", _file_name(segment), chunks)
        async for _ in chunks:
            pass
        segment = await _next_segment(events)


def declared_size(request: AnyRequest) -> int | None:
    """How many bytes the browser says it is going to send; None when it does not say."""
    return whole_number(request.headers.get("content-length"))


async def _next_segment(events: AsyncIterator[MultipartSegment | bytes | None]) -> MultipartSegment | None:
    async for event in events:
        if isinstance(event, MultipartSegment):
            return event
    return None


async def _chunks(events: AsyncIterator[MultipartSegment | bytes | None]) -> AsyncIterator[bytes]:
    async for event in events:
        if event is None:
            return
        assert isinstance(event, bytes | bytearray)
        yield bytes(event)


async def _events(request: AnyRequest, boundary: str) -> AsyncIterator[MultipartSegment | bytes | None]:
    try:
        parser = PushMultipartParser(boundary, max_segment_count=MOST_PARTS, max_header_size=1 << 14)
        async for chunk in request.stream():
            if chunk:
                for event in parser.parse(chunk):
                    yield event
        parser.close()
    except (MultipartError, UnicodeDecodeError, InternalServerException) as error:  # the last where the browser went away
        raise Damaged("The form was damaged on its way. Send it again.") from error


def _file_name(segment: MultipartSegment) -> str | None:
    """A field with a type of its own is a file too: some clients leave out the name of one that has none."""
    given: str | None = segment.filename
    if given is not None:
        return given
    return "" if segment.header("Content-Type") and segment.name == "file" else None
