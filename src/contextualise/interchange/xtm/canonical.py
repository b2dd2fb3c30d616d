"""Markup inside a value (datatype xsd:anyType), brought to canonical form.

Exclusive XML Canonicalization 1.0 without comments: only namespaces in use are declared, so that the value is the same
string wherever in a file it stood (ISO 13250-3, clause 4.16.3).
"""

from contextualise.interchange.xtm.names import XML_NAMESPACE, Namespaces, UnboundPrefix

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})


class CanonicalXml:
    """Takes the events of one piece of markup and gives its canonical form."""

    def __init__(self, namespaces: Namespaces) -> None:
        self._pieces: list[str] = []
        self._in_scope: list[Namespaces] = [namespaces]
        self._declared: list[Namespaces] = [{"": "", "xml": XML_NAMESPACE}]

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return len(self._in_scope) - 1

    def start(self, name: str, attributes: list[str]) -> None:
        """An element opens; `attributes` has names and values in turn. Raises UnboundPrefix."""
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        in_scope = self._in_scope[-1] | {_declared_prefix(key): value for key, value in pairs if _is_declaration(key)}
        plain = [(key, value) for key, value in pairs if not _is_declaration(key)]
        used = {prefix: _uri(in_scope, prefix) for prefix in {_prefix(name), *(_prefix(key) for key, _ in plain if ":" in key)}}
        outer = self._declared[-1]
        new = {prefix: uri for prefix, uri in used.items() if outer.get(prefix) != uri}
        plain.sort(key=lambda pair: (_uri(in_scope, _prefix(pair[0])) if ":" in pair[0] else "", pair[0].rpartition(":")[2]))
        declarations = [(f"xmlns:{prefix}" if prefix else "xmlns", uri) for prefix, uri in sorted(new.items())]
        self._pieces.append("<" + name + "".join(f' {key}="{value.translate(_ATTRIBUTE)}"' for key, value in declarations + plain) + ">")
        self._in_scope.append(in_scope)
        self._declared.append(outer | new)

    def end(self, name: str) -> None:
        """An element closes."""
        self._in_scope.pop()
        self._declared.pop()
        self._pieces.append(f"</{name}>")

    def text(self, data: str) -> None:
        """Characters."""
        self._pieces.append(data.translate(_TEXT))

    def instruction(self, target: str, data: str) -> None:
        """A processing instruction."""
        self._pieces.append(f"<?{target} {data}?>" if data else f"<?{target}?>")

    def __str__(self) -> str:
        return "".join(self._pieces)


def _is_declaration(attribute: str) -> bool:
    return attribute == "xmlns" or attribute.startswith("xmlns:")


def _declared_prefix(attribute: str) -> str:
    return attribute.partition(":")[2]


def _prefix(name: str) -> str:
    return name.partition(":")[0] if ":" in name else ""


def _uri(in_scope: Namespaces, prefix: str) -> str:
    if prefix not in in_scope:
        raise UnboundPrefix(f"the namespace prefix {prefix} is not declared")
    return in_scope[prefix]
