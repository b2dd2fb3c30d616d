"""Reads a whole topic map: a file, and the documents that it merges."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from contextualise.interchange.building import MapBuilder, Place
from contextualise.interchange.bundles import BundleResolver
from contextualise.interchange.errors import InterchangeError, NotATopicMap, Unresolvable
from contextualise.interchange.limits import DEFAULT_LIMITS, Budget, Limits
from contextualise.interchange.merging import MergeConflict, merge, variants_without_own_theme
from contextualise.interchange.records import UNCONSTRAINED, Scope, TopicMap
from contextualise.interchange.sources import CHUNK, Counted, NoResolver, Peeked, Resolver, Source, TooLong, Unpacker, damage
from contextualise.interchange.xtm.context import Context, Remark, Request
from contextualise.interchange.xtm.document import XtmDocument
from contextualise.lib import iri as iris

Progress = Callable[[int, int | None], None]

# The address of a map that comes from nowhere in particular.
NO_BASE = "file:///topicmap.xtm"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_IN_MEMORY = 8 << 20


@dataclass(frozen=True, slots=True)
class Reading:
    """A map that has been read and merged, and what a person should know about it."""

    map: TopicMap
    warnings: list[Remark]


def read(
    source: Path | BinaryIO,
    *,
    base: str | None = None,
    resolver: Resolver | None = None,
    strict: bool = False,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
    file: str | None = None,
) -> Reading:
    """The topic map in `source`: XTM 1.0, 2.0 or 2.1, plain, as gzip, or as a zip bundle; which, its content tells.

    `base` is the address that relative ones are relative to (by default that of the file), `file` what errors call it.
    `resolver` finds the documents that the map merges; in a bundle, only the bundle is looked into; without one, none is
    found. A document that is not found is a warning. Not being `strict` lets pass, with warnings, what the schemas forbid
    but editors have written. `progress` is told how many bytes are read, and of how many.

    Raises InterchangeError.
    """
    file = file or (str(source) if isinstance(source, Path) else str(getattr(source, "name", "input")))
    with ExitStack() as opened:
        total = None
        if isinstance(source, Path):
            base = base or source.absolute().as_uri()
            try:
                total = source.stat().st_size
                source = opened.enter_context(source.open("rb"))
            except OSError as error:
                raise InterchangeError(file, None, damage(error)) from None
        tell = (lambda done: progress(done, total)) if progress else None
        session = _Session(file, iris.normalised(base or NO_BASE), resolver or NoResolver(), strict, limits)
        reading = session.read(source, tell, opened)
        if progress and total is not None:
            progress(total, total)  # a bundle is not read from one end to the other
        return reading


class _Session:
    """One reading."""

    def __init__(self, file: str, base: str, resolver: Resolver, strict: bool, limits: Limits) -> None:
        self._file = file
        self._base = base
        self._resolver = resolver
        self._limits = limits
        self._unpacker = Unpacker(Budget(limits))
        self._context = Context(MapBuilder(base, limits), strict, limits)
        self._loaded: set[tuple[str, Scope]] = set()

    def read(self, stream: BinaryIO, tell: Callable[[int], None] | None, opened: ExitStack) -> Reading:
        self._document(self._main(stream, tell, opened), UNCONSTRAINED, is_main=True)
        self._merged_documents()
        return Reading(self._merged_map(), self._context.warnings)

    def _main(self, stream: BinaryIO, tell: Callable[[int], None] | None, opened: ExitStack) -> Source:
        try:
            peeked = Peeked(cast(BinaryIO, Counted(stream, tell, self._limits.bytes)), len(_ZIP[0]))
            if peeked.first not in _ZIP:
                return Source(self._file, self._base, cast(BinaryIO, peeked))
            bundle = self._seekable(stream, peeked, opened)
        except OSError as error:
            raise InterchangeError(self._file, None, damage(error)) from None
        except TooLong as error:
            raise InterchangeError(self._file, None, str(error)) from None
        resolver = BundleResolver(bundle, self._file, self._base, self._limits)
        self._resolver = resolver
        return resolver.main()

    def _seekable(self, stream: BinaryIO, peeked: Peeked, opened: ExitStack) -> BinaryIO:
        """The bytes of a bundle where they can be read in any order: a pipe goes into a temporary file first."""
        if stream.seekable():
            stream.seek(-len(peeked.first), 1)
            return stream
        copy = opened.enter_context(closing(cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY))))  # noqa: SIM115 closed with the stack
        while chunk := peeked.read(CHUNK):
            copy.write(chunk)
        copy.seek(0)
        return copy

    def _document(self, source: Source, themes: Scope, is_main: bool) -> None:
        self._loaded.add((iris.without_fragment(source.iri), themes))
        XtmDocument(self._context, source.file, source.iri, themes, is_main).read(self._unpacker.chunks(source))

    def _merged_documents(self) -> None:
        """Reads what mergeMap asks for, each document once for each set of themes, and then what references alone point into."""
        context = self._context
        while context.merges or context.references:
            if context.merges:
                self._merge_document(context.merges.popleft())
            else:
                self._referenced_document(context.references.popitem()[1])

    def _merge_document(self, request: Request) -> None:
        iri = iris.without_fragment(request.iri)
        themes = frozenset(map(self._context.builder.union.root, request.themes))
        if (iri, themes) in self._loaded:
            return
        if len(self._loaded) > self._limits.documents:
            raise InterchangeError(*request.place, f"the topic map merges more than {self._limits.documents} documents")
        self._loaded.add((iri, themes))
        source = self._found(iri, request.place, "is not merged")
        if source is not None:
            with source.stream:
                self._document(source, themes, is_main=False)

    def _referenced_document(self, request: Request) -> None:
        """Reads a document that may be no topic map at all: anything can be referred to."""
        if any(request.iri == iri for iri, _ in self._loaded):
            return
        without_it = "is not read, and topics in it are known by their addresses only"
        if len(self._loaded) > self._limits.documents:
            self._context.warn(request.place, f"{request.iri} {without_it}: there are too many documents")
            return
        self._loaded.add((request.iri, request.themes))
        source = self._found(request.iri, request.place, without_it)
        if source is None:
            return
        try:
            with source.stream:
                self._document(source, request.themes, is_main=False)
        except NotATopicMap as error:
            self._context.warn(request.place, f"{request.iri} {without_it}: {error.reason}")

    def _found(self, iri: str, place: Place, without_it: str) -> Source | None:
        try:
            return self._resolver.open(iri)
        except Unresolvable as reason:
            self._context.warn(place, f"{iri} {without_it}: {reason}")
            return None

    def _merged_map(self) -> TopicMap:
        builder = self._context.builder
        try:
            merged = merge(builder.finish(), builder.union)
            self._leave_out_variants(merged)
            return merged
        except MergeConflict as conflict:
            place = next((builder.places[number] for number in conflict.constructs if number in builder.places), None)
            file, line = place or (self._file, None)
            raise InterchangeError(file, line, str(conflict)) from None

    def _leave_out_variants(self, merged: TopicMap) -> None:
        wrong = variants_without_own_theme(merged)
        for variant in wrong:
            self._context.relax(self._context.builder.places[variant.id], "the variant has no theme that its name has not")
        if wrong:
            numbers = {variant.id for variant in wrong}
            merged.variants = [variant for variant in merged.variants if variant.id not in numbers]
