"""Reads one XTM document, whatever its version, from a stream of bytes."""

from collections.abc import Iterable
from typing import NoReturn
from xml.parsers import expat

from contextualise.interchange.building import Place, TooMuch
from contextualise.interchange.errors import InterchangeError, NotATopicMap
from contextualise.interchange.limits import MEBIBYTE
from contextualise.interchange.records import UNCONSTRAINED, Scope
from contextualise.interchange.xtm.context import Context
from contextualise.interchange.xtm.handler import XtmHandler
from contextualise.interchange.xtm.names import (
    XLINK_NAMESPACE,
    XML_NAMESPACE,
    XTM1_NAMESPACE,
    XTM2_NAMESPACE,
    Names,
    UnboundPrefix,
    declarations,
)
from contextualise.interchange.xtm.xtm1 import Xtm1Handler
from contextualise.interchange.xtm.xtm2 import Xtm20Handler, Xtm21Handler

_HANDLERS: dict[str, type[XtmHandler]] = {"2.0": Xtm20Handler, "2.1": Xtm21Handler}


class XtmDocument:
    """One document. Nothing outside it is ever fetched, and no entity is ever expanded."""

    def __init__(self, context: Context, file: str, iri: str, themes: Scope = UNCONSTRAINED, is_main: bool = True) -> None:
        self._context = context
        self._file = file
        self._iri = iri
        self._themes = themes
        self._is_main = is_main
        self._depth = 0
        self._fed = 0
        self._has_doctype = False
        self._handler: XtmHandler | None = None
        self._opened_at = 0
        self._names: list[Names] = []
        self._no_map: NotATopicMap | None = None
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True
        if hasattr(parser, "SetReparseDeferralEnabled"):
            # Newer ones hold long tags back on purpose, which would look like tags without end.
            parser.SetReparseDeferralEnabled(False)
        parser.StartElementHandler = self._start_outside
        parser.EndElementHandler = self._end_outside
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._refuse_entity
        parser.SkippedEntityHandler = self._refuse_reference
        parser.ExternalEntityRefHandler = self._refuse_reference

    def read(self, chunks: Iterable[bytes]) -> None:
        """Takes in the whole document. Raises InterchangeError, with the line, for anything that is wrong with it."""
        try:
            for chunk in chunks:
                self._fed += len(chunk)
                self._parser.Parse(chunk, False)
                self._check_pending()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            kind = InterchangeError if self._handler else NotATopicMap
            raise kind(self._file, error.lineno, f"not well-formed XML: {expat.ErrorString(error.code)}") from None
        except (TooMuch, UnboundPrefix) as error:
            self._fail(str(error))
        except InterchangeError:
            raise
        except (LookupError, ValueError) as error:
            # What Python's own decoders say about the encoding that a document declares; anything later is a fault of ours.
            if self._names:
                raise
            self._fail(f"the encoding that the document declares is not known here: {error}")
        if self._handler is None and self._no_map is not None:
            raise self._no_map

    def _check_pending(self) -> None:
        if self._fed - self._parser.CurrentByteIndex > self._context.limits.tag_bytes:
            self._fail(f"a tag or comment is longer than {self._context.limits.tag_bytes // MEBIBYTE} MB")

    def _fail(self, reason: str) -> NoReturn:
        raise InterchangeError(self._file, self._line(), reason) from None

    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _doctype(self, *_: object) -> None:
        self._has_doctype = True

    def _refuse_entity(self, name: str, *_: object) -> None:
        self._fail(f"the document declares an entity ({name}), which is not allowed")

    def _refuse_reference(self, *_: object) -> NoReturn:
        self._fail("the document refers to an entity that is not in it")

    def _start_outside(self, name: str, attributes: list[str]) -> None:
        """Looks for the topic map: the root, or for XTM 1.0 an element inside other markup. Its handler then gets the events."""
        self._deeper()
        # A document type may declare the prefix, and its DTD is not read.
        known = (
            self._names[-1] if self._names else Names({"xml": XML_NAMESPACE} | ({"xlink": XLINK_NAMESPACE} if self._has_doctype else {}))
        )
        names = known.within(declarations(attributes))
        namespace, local = names.element(name)
        self._names.append(names)
        handler_type = self._handler_type(namespace, attributes) if local == "topicMap" else None
        if handler_type is not None:
            self._open(handler_type, names, namespace, attributes)
        elif self._no_map is None:
            where = f" in the namespace {namespace}" if namespace else ""
            self._no_map = NotATopicMap(self._file, self._line(), f"not a topic map in XTM: the root element is <{local}>{where}")

    def _handler_type(self, namespace: str, attributes: list[str]) -> type[XtmHandler] | None:
        version = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("version")
        is_root = self._depth == 1
        if namespace == XTM1_NAMESPACE or (is_root and not namespace and version is None):
            return Xtm1Handler
        if namespace != XTM2_NAMESPACE or not is_root:
            return None
        if version not in _HANDLERS:
            self._fail("<topicMap> has no version" if version is None else f"there is no version {version} of XTM 2")
        return _HANDLERS[version]

    def _open(self, handler_type: type[XtmHandler], names: Names, namespace: str, attributes: list[str]) -> None:
        # Where one document has several topic maps, they are one map, and the first says what reifies it.
        is_main = self._is_main and self._handler is None
        handler = self._handler = handler_type(self._context, Place(self._file, 1), self._iri, self._themes, is_main)
        handler.line = self._line
        self._opened_at = self._depth
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = handler.characters
        parser.ProcessingInstructionHandler = handler.instruction
        handler.open_root(names, namespace, attributes)

    def _start(self, name: str, attributes: list[str]) -> None:
        self._deeper()
        assert self._handler is not None
        self._handler.start(name, attributes)

    def _end(self, name: str) -> None:
        assert self._handler is not None
        self._handler.end(name)
        if self._depth == self._opened_at:
            parser = self._parser
            parser.StartElementHandler = self._start_outside
            parser.EndElementHandler = self._end_outside
            parser.CharacterDataHandler = parser.ProcessingInstructionHandler = None
            self._names.pop()
        self._depth -= 1

    def _end_outside(self, _: str) -> None:
        self._names.pop()
        self._depth -= 1

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > self._context.limits.depth:
            self._fail(f"elements are nested deeper than {self._context.limits.depth}")
