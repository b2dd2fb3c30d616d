"""How much of an input is taken in, so that a small hostile file cannot use up the machine."""

from dataclasses import dataclass, field

from contextualise.interchange.errors import InterchangeError

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds on one reading, all documents that it merges together.

    `tag_bytes` bounds one tag or comment, of which the parser hands out nothing before its end. `themes` bounds one scope
    and `themes_of_scopes` all different scopes together: the themes of a name are also those of its variants, so that a
    short file can ask for long scopes many times. A compressed input may unpack to `ratio` times its size; this is not
    asked of results below `ratio_from` bytes.
    """

    bytes: int = 64 * MEBIBYTE
    constructs: int = 200_000
    documents: int = 100
    depth: int = 100
    tag_bytes: int = 4 * MEBIBYTE
    namespaces: int = 100
    themes: int = 100
    themes_of_scopes: int = 2_000_000
    warnings: int = 500
    iri_bytes: int = 2_000
    ratio: int = 200
    ratio_from: int = MEBIBYTE
    members: int = 1_000


DEFAULT_LIMITS = Limits()


@dataclass(slots=True)
class Budget:
    """What one reading has used of its limits so far."""

    limits: Limits
    bytes: int = field(default=0)
    documents: int = field(default=0)

    def read(self, count: int, file: str) -> None:
        """Counts `count` more bytes of XML. Raises InterchangeError beyond the limit."""
        self.bytes += count
        if self.bytes > self.limits.bytes:
            raise InterchangeError(file, None, f"the topic map is larger than {self.limits.bytes // MEBIBYTE} MB")

    def opened(self, file: str) -> None:
        """Counts one more document. Raises InterchangeError beyond the limit."""
        self.documents += 1
        if self.documents > self.limits.documents:
            raise InterchangeError(file, None, f"the topic map merges more than {self.limits.documents} documents")
