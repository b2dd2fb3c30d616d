"""IRIs as RFC 3986 and RFC 3987 have them: taken apart, brought to one spelling, resolved against a base."""

import re
from typing import NamedTuple

# RFC 3986, appendix B, but a scheme must look like one: "1st:note" is a relative path.
_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
# What no IRI may contain (RFC 3987, section 2.2) but people write all the same.
_ILLEGAL = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_WHITESPACE = " \t\r\n"


class Parts(NamedTuple):
    """The five parts of an IRI reference; a part that is not there is None, and the path is then empty."""

    scheme: str | None
    authority: str | None
    path: str
    query: str | None
    fragment: str | None

    def joined(self) -> str:
        """The parts put together again (RFC 3986, section 5.3)."""
        text = f"{self.scheme}:" if self.scheme is not None else ""
        if self.authority is not None:
            text += f"//{self.authority}"
        text += self.path
        if self.query is not None:
            text += f"?{self.query}"
        if self.fragment is not None:
            text += f"#{self.fragment}"
        return text


def split(iri: str) -> Parts:
    """The parts of `iri`, which may be a relative reference. Nothing is decoded or changed."""
    match = _PARTS.match(iri)
    assert match is not None  # every part of the pattern is optional
    return Parts(*match.groups())


def without_fragment(iri: str) -> str:
    """`iri` up to its fragment: the address of the document."""
    return iri.partition("#")[0]


def is_absolute(iri: str) -> bool:
    """Whether `iri` has a scheme, so that it means the same in every document."""
    return split(iri).scheme is not None


def normalised(iri: str) -> str:
    """`iri` in one spelling, so that equal identifiers compare as equal strings.

    Lower-case scheme and host, no dot segments, percent-encoding undone where RFC 3987 (section 3.2) allows it and in
    capitals elsewhere, characters encoded that no IRI may contain (RFC 3986, section 6.2.2).
    """
    parts = split(_recoded(iri.strip(_WHITESPACE)))
    if parts.scheme is None:
        return parts.joined()
    path = _without_dots(parts.path) if parts.path.startswith("/") else parts.path
    return parts._replace(scheme=parts.scheme.lower(), authority=_lower_host(parts.authority), path=path).joined()


def resolved(base: str, reference: str) -> str:
    """`reference` made absolute against `base`, normalised (RFC 3986, section 5.2).

    A reference that is only a fragment, or empty, stays in the base's own document.
    """
    reference = reference.strip(_WHITESPACE)
    if not reference:
        return without_fragment(base)
    if reference[0] == "#":
        return without_fragment(base) + _recoded(reference)
    return normalised(_merged(split(base), split(reference)).joined())


def _merged(base: Parts, ref: Parts) -> Parts:
    if ref.scheme is not None:
        return ref
    if ref.authority is not None:
        return ref._replace(scheme=base.scheme)
    if not ref.path:
        return base._replace(query=ref.query if ref.query is not None else base.query, fragment=ref.fragment)
    path = ref.path
    if not path.startswith("/"):
        root = "/" if base.authority is not None and not base.path else base.path[: base.path.rfind("/") + 1]
        path = root + path
    return Parts(base.scheme, base.authority, path, ref.query, ref.fragment)


def _without_dots(path: str) -> str:
    """`path` with its "." and ".." segments worked out (RFC 3986, section 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _lower_host(authority: str | None) -> str | None:
    if authority is None:
        return None
    user, at, host = authority.rpartition("@")
    return user + at + host.lower()


def _recoded(text: str) -> str:
    if "%" in text:
        text = _ENCODED.sub(_decoded_run, text)
    return _ILLEGAL.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _decoded_run(found: re.Match[str]) -> str:
    """One run of percent-encoded bytes, with what may stand for itself decoded.

    Bytes that are no UTF-8 come out of the decoder as lone surrogates, and go back to their percent-encoding.
    """
    characters = bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "surrogateescape")
    return "".join(char if _stands_for_itself(char) else _encoded(char) for char in characters)


def _stands_for_itself(char: str) -> bool:
    return char in _UNRESERVED if char < "\x80" else char.isprintable()


def _encoded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))
