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
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True
        if hasattr(parser, "SetReparseDeferralEnabled"):
            # Newer ones hold long tags back on purpose, which would look like tags without end.
            parser.SetReparseDeferralEnabled(False)
        parser.StartElementHandler = self._start_root
        parser.EndElementHandler = self._end
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
        except (LookupError, UnicodeError):
            self._fail("the encoding that the document declares is unknown")
        except (TooMuch, UnboundPrefix) as error:
            self._fail(str(error))
        except InterchangeError:
            raise
        except ValueError as error:
            self._fail(f"not readable as XML: {error}")

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

    def _start_root(self, name: str, attributes: list[str]) -> None:
        """Tells from the root which version it is; from then on its handler gets the events."""
        declared = declarations(attributes)
        # A document type may declare the prefix, and its DTD is not read.
        known = {"xml": XML_NAMESPACE} | ({"xlink": XLINK_NAMESPACE} if self._has_doctype else {})
        names = Names(known | declared)
        namespace, local = names.element(name)
        handler = self._handler_type(namespace, local, attributes)(
            self._context, Place(self._file, 1), self._iri, self._themes, self._is_main
        )
        self._handler = handler
        self._depth = 1
        handler.line = self._line
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = handler.characters
        parser.ProcessingInstructionHandler = handler.instruction
        handler.open_root(names, namespace, attributes)

    def _handler_type(self, namespace: str, local: str, attributes: list[str]) -> type[XtmHandler]:
        version = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("version")
        if local == "topicMap" and namespace == XTM2_NAMESPACE:
            if version not in _HANDLERS:
                self._fail("<topicMap> has no version" if version is None else f"there is no version {version} of XTM 2")
            return _HANDLERS[version]
        if local == "topicMap" and (namespace == XTM1_NAMESPACE or (not namespace and version is None)):
            return Xtm1Handler
        where = f" in the namespace {namespace}" if namespace else ""
        raise NotATopicMap(self._file, self._line(), f"not a topic map in XTM: the root element is <{local}>{where}")

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        if self._depth > self._context.limits.depth:
            self._fail(f"elements are nested deeper than {self._context.limits.depth}")
        assert self._handler is not None
        self._handler.start(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        assert self._handler is not None
        self._handler.end(name)
