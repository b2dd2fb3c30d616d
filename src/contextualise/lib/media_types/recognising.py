"""The order in which formats are looked for: those with an unmistakable beginning first, words last."""

from collections.abc import Awaitable, Callable

from contextualise.lib.media_types import archives, ebml, iso_media, pictures, scenes, sounds, words
from contextualise.lib.media_types.source import UNKNOWN, Recognised, Source

HEAD = 1 << 14

# Beginnings that say all there is to say: such a file is kept and downloaded, nothing more.
_PLAIN = (
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\0asm", "application/wasm"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"OTTO", "font/otf"),
    (b"\0\1\0\0\0", "font/ttf"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\xff\x0a", "image/jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"{\\rtf", "application/rtf"),
)

_Reader = Callable[[Source, bytes], Awaitable[Recognised | None]]
_READERS: tuple[_Reader, ...] = (
    pictures.recognise,
    iso_media.recognise,
    ebml.recognise,
    sounds.recognise,
    scenes.recognise_binary,
    archives.recognise,
)


async def recognise(source: Source) -> Recognised:
    """What the file is; never raises for whatever is in it. A file that fits nothing is `application/octet-stream`."""
    head = await source.read(0, HEAD)
    for reader in _READERS:
        found = await reader(source, head)
        if found is not None:
            return found
    plain = next((media_type for beginning, media_type in _PLAIN if head.startswith(beginning)), None)
    if plain is not None:
        return Recognised(plain)
    return await scenes.recognise_text(source, head) or words.recognise(head) or UNKNOWN
