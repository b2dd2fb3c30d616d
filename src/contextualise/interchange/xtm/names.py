"""Names of elements and attributes under the namespaces in force.

Expat could do this, but refuses the prefix "xlink" where only an external DTD declares it, as in many files of XTM 1.0.
"""

XTM1_NAMESPACE = "http://www.topicmaps.org/xtm/1.0/"
XTM2_NAMESPACE = "http://www.topicmaps.org/xtm/"
XLINK_NAMESPACE = "http://www.w3.org/1999/xlink"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

Namespaces = dict[str, str]


class UnboundPrefix(ValueError):
    """A name whose prefix no declaration binds."""


class Names:
    """Looks up names; one object for as long as no element declares a namespace."""

    def __init__(self, namespaces: Namespaces) -> None:
        self.namespaces = namespaces
        self._elements: dict[str, tuple[str, str]] = {}
        self._attributes: dict[str, tuple[str, str]] = {}

    def element(self, name: str) -> tuple[str, str]:
        """Namespace and local name of an element. Raises UnboundPrefix."""
        found = self._elements.get(name)
        if found is None:
            found = self._elements[name] = self._split(name, self.namespaces.get("", ""))
        return found

    def attribute(self, name: str) -> tuple[str, str]:
        """Namespace and local name of an attribute; without a prefix it is in no namespace. Raises UnboundPrefix."""
        found = self._attributes.get(name)
        if found is None:
            found = self._attributes[name] = self._split(name, "")
        return found

    def _split(self, name: str, default: str) -> tuple[str, str]:
        prefix, colon, local = name.rpartition(":")
        if not colon:
            return default, name
        if prefix not in self.namespaces:
            raise UnboundPrefix(f"the namespace prefix {prefix} is not declared")
        return self.namespaces[prefix], local

    def within(self, declarations: Namespaces) -> "Names":
        """The names inside an element with these `declarations`."""
        return Names(self.namespaces | declarations)


def declarations(attributes: list[str]) -> Namespaces:
    """The namespaces that an element declares, by prefix, from its names and values in turn."""
    found = {}
    for index in range(0, len(attributes), 2):
        name = attributes[index]
        if name.startswith("xmlns") and (len(name) == 5 or name[5] == ":"):
            found[name[6:]] = attributes[index + 1]
    return found
