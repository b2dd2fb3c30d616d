"""Checks the elements of an XTM document against the schema of its version, and calls what each of them means."""

from collections.abc import Callable
from typing import NoReturn

from contextualise.interchange.building import Place
from contextualise.interchange.errors import InterchangeError
from contextualise.interchange.records import Scope
from contextualise.interchange.xtm.canonical import CanonicalXml
from contextualise.interchange.xtm.context import Context
from contextualise.interchange.xtm.names import XML_NAMESPACE, Names, Namespaces, declarations
from contextualise.interchange.xtm.schema import Model
from contextualise.lib import iri as iris

Attributes = dict[str, str]


class Draft:
    """A statement as far as it has been read."""

    __slots__ = ("datatype", "items", "line", "parts", "player", "reifier", "scope", "type", "value", "xtm1_id")

    def __init__(self, line: int) -> None:
        self.line = line
        self.items: list[str] = []
        self.reifier: int | None = None
        self.type: int | None = None
        self.player = 0
        self.scope: list[int] = []
        self.value: str | None = None
        self.datatype = ""
        self.parts: list[Draft] = []
        self.xtm1_id = ""


class Frame:
    """An open element."""

    __slots__ = ("draft", "model", "outer_base", "outer_names", "refs", "seen", "target", "topic")

    def __init__(self, model: Model, topic: int, draft: Draft | None) -> None:
        self.model = model
        self.seen = 0
        self.topic = topic  # the topic that the element describes, or is part of
        self.draft = draft
        self.refs: list[int] = []
        self.target = ""  # the document that the element asks for
        self.outer_names: Names | None = None
        self.outer_base: str | None = None


class XtmHandler:
    """The part that all versions have in common. A subclass has the schema and the meaning of the elements."""

    schema: dict[str, Model]
    lenient_schema: dict[str, Model]
    href_namespace = ""
    honours_base = False
    passes_over_others = False

    def __init__(self, context: Context, place: Place, base: str, themes: Scope, is_main: bool) -> None:
        self.context = context
        self.builder = context.builder
        self.file = place.file
        self.line: Callable[[], int] = lambda: 1
        self.document = base
        self.base = base
        self.themes = themes
        self.is_main = is_main
        self.namespace = ""
        self.names = Names({})
        self.models = self.schema if context.strict else self.lenient_schema
        self.stack: list[Frame] = []
        self.text: list[str] = []
        self.markup: CanonicalXml | None = None
        self._skipped = 0
        self._resolved: dict[str, str] = {}
        self._starters: dict[str, Callable[[Frame, Frame, Attributes], None] | None] = {}
        self._enders: dict[str, Callable[[Frame, Frame], None] | None] = {}
        for name in self.models:
            self._starters[name] = getattr(self, f"start_{name}", None)
            self._enders[name] = getattr(self, f"end_{name}", None)

    # Events

    def open_root(self, names: Names, namespace: str, attributes: list[str]) -> None:
        """The root element, whose name and version have chosen this handler."""
        self.names = names
        self.namespace = namespace
        root = Frame(Model("", frozenset()), 0, None)
        self.stack.append(root)
        self._open("topicMap", root, attributes)

    def start(self, name: str, attributes: list[str]) -> None:
        """An element opens."""
        if self._skipped:
            self._skipped += 1
            return
        if self.markup is not None:
            self.markup.start(name, attributes)
            return
        names = self._names_inside(found) if attributes and (found := declarations(attributes)) else self.names
        namespace, local = names.element(name)
        parent = self.stack[-1]
        entry = parent.model.by_name.get(local) if namespace == self.namespace else None
        if entry is None:
            self._unexpected(namespace, name, parent)
            return
        bit, part = entry
        seen = parent.seen
        if seen & bit and not part.repeatable:
            self.fail(f"<{parent.model.name}> has more than one of {_listed(part.names)}")
        if seen >> part.position > 1 and self.context.strict:
            self.fail(f"<{local}> comes too late in <{parent.model.name}>")
        parent.seen = seen | bit
        outer, self.names = self.names, names
        self._open(local, parent, attributes)
        if outer is not names:
            self.stack[-1].outer_names = outer

    def end(self, name: str) -> None:
        """An element closes."""
        if self._skipped:
            self._skipped -= 1
            return
        if self.markup is not None and self.markup.depth:
            self.markup.end(name)
            return
        frame = self.stack.pop()
        model = frame.model
        if frame.seen & model.required != model.required:
            self.fail(f"<{model.name}> has no {model.missing(frame.seen)}")
        ender = self._enders[model.name]
        if ender is not None:
            ender(frame, self.stack[-1])
        if frame.outer_names is not None:
            self.names = frame.outer_names
        if frame.outer_base is not None:
            self._rebase(frame.outer_base)

    def characters(self, data: str) -> None:
        """Text."""
        if self._skipped:
            return
        if self.markup is not None:
            self.markup.text(data)
        elif self.stack[-1].model.text:
            self.text.append(data)
        elif not data.isspace():
            # Text comes in one piece, when the next tag is reached.
            self.relax(f"text inside <{self.stack[-1].model.name}>", self.line() - data.lstrip().count("\n"))

    def instruction(self, target: str, data: str) -> None:
        """A processing instruction, which means something only inside a value."""
        if self.markup is not None and not self._skipped:
            self.markup.instruction(target, data)

    # What subclasses use

    def fail(self, reason: str) -> NoReturn:
        """Refuses the document at the present line."""
        raise InterchangeError(self.file, self.line(), reason)

    def relax(self, problem: str, line: int | None = None) -> None:
        """Refuses the document when strict; otherwise goes on without what is wrong, and says so."""
        self.context.relax(Place(self.file, line or self.line()), problem)

    def iri(self, reference: str) -> str:
        """`reference` as an absolute IRI."""
        found = self._resolved.get(reference)
        if found is None:
            found = self.address(reference)
            if len(found) * 4 > self.context.limits.iri_bytes < len(found.encode()):
                self.fail(f"an address is longer than {self.context.limits.iri_bytes:,} bytes")
            self._resolved[reference] = found
        return found

    def address(self, reference: str) -> str:
        """`reference` as an absolute IRI that is only a value and identifies nothing here, so that it may be long."""
        return iris.resolved(self.base, reference)

    def themes_in(self, frame: Frame) -> list[int]:
        """The topics that an element refers to, as themes of a scope."""
        if len(frame.refs) > self.context.limits.themes:
            self.fail(f"<{frame.model.name}> has more than {self.context.limits.themes} themes")
        return frame.refs

    def href(self, frame: Frame, attributes: Attributes) -> str:
        """The absolute IRI that an element points at."""
        return self.iri(self.reference(frame, attributes))

    def reference(self, frame: Frame, attributes: Attributes) -> str:
        """What an element points at, as it is written."""
        reference = attributes.get("href")
        if reference is None:
            self.fail(f"<{frame.model.name}> has no href")
        return reference

    def taken_text(self) -> str:
        """The text since the last time."""
        text = "".join(self.text)
        self.text.clear()
        return text

    # Insides

    def _names_inside(self, declared: Namespaces) -> Names:
        names = self.names.within(declared)
        if len(names.namespaces) > self.context.limits.namespaces:
            self.fail(f"there are more than {self.context.limits.namespaces} namespaces")
        return names

    def _open(self, local: str, parent: Frame, attributes: list[str]) -> None:
        model = self.models[local]
        frame = Frame(model, parent.topic, parent.draft)
        self.stack.append(frame)
        values = self._attributes(frame, attributes) if attributes else {}
        starter = self._starters[local]
        if starter is not None:
            starter(frame, parent, values)

    def _attributes(self, frame: Frame, attributes: list[str]) -> Attributes:
        values: Attributes = {}
        for index in range(0, len(attributes), 2):
            raw = attributes[index]
            if raw.startswith("xmlns") and (len(raw) == 5 or raw[5] == ":"):
                continue
            namespace, local = self.names.attribute(raw)
            if namespace == XML_NAMESPACE:
                if local == "base" and self.honours_base:
                    frame.outer_base = self.base
                    self._rebase(self.iri(attributes[index + 1]))
            elif namespace == (self.href_namespace if local == "href" else ""):
                if local not in frame.model.attributes:
                    self.relax(f"<{frame.model.name}> has an attribute {local}")
                values[local] = attributes[index + 1]
        return values

    def _rebase(self, base: str) -> None:
        if base != self.base:
            self.base = base
            self._resolved = {}

    def _unexpected(self, namespace: str, name: str, parent: Frame) -> None:
        if namespace == self.namespace or parent.model.text or not self.passes_over_others:
            self.relax(f"<{name}> is not allowed in <{parent.model.name}>")
        self._skipped = 1


def _listed(names: tuple[str, ...]) -> str:
    return " or ".join(f"<{name}>" for name in names)
