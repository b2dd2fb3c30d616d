"""Text, and the kinds of it that some program might run: HTML, SVG and other XML."""

import codecs
import re

from contextualise.lib.media_types.source import Recognised

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
# Elements by which browsers know HTML (WHATWG MIME Sniffing, 7.1), and those that begin no document but run in one.
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|iframe|frameset|h1|div|font|table|a|style|title|b|br|p|meta|link|base|form|img|object|embed)\b",
    re.IGNORECASE,
)
_SVG = re.compile(r"<(?:\w+:)?svg\b", re.IGNORECASE)
_BEFORE_ROOT = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)*", re.IGNORECASE | re.DOTALL)


def recognise(head: bytes) -> Recognised | None:
    """Text by its first bytes; None for what is no text."""
    text = text_of(head)
    if text is None or not text:
        return None
    beginning = text.lstrip()
    if not beginning.startswith("<"):
        return Recognised("text/plain")
    prologue = _BEFORE_ROOT.match(beginning)
    root = beginning[prologue.end() if prologue else 0 :]
    if _SVG.match(root) or (beginning.startswith("<?xml") and _SVG.search(beginning)):
        return Recognised("image/svg+xml", remark="A drawing in SVG can run programs: it is kept to be downloaded, not shown.")
    if _HTML.match(root) or re.match(r"<!doctype\s+html", beginning, re.IGNORECASE):
        return Recognised("text/html")
    # What is before the root may be longer than what was read: then anything may follow.
    if not root and _HTML.search(beginning):
        return Recognised("text/html")
    if beginning.startswith("<?xml") or re.match(r"<[A-Za-z_][\w:.-]*[\s/>]", root):
        return Recognised("application/xml")
    return Recognised("text/plain")


def text_of(head: bytes) -> str | None:
    """The beginning of a file as text in UTF-8, UTF-16 with its mark, or an 8-bit code; None for binary data."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return head[: len(head) // 2 * 2].decode("utf-16", "strict").lstrip("\ufeff")
        except UnicodeDecodeError:
            return None
    if _CONTROLS.search(head):
        return None
    try:
        # A sign may be cut in two where the piece ends.
        return codecs.getincrementaldecoder("utf-8")().decode(head).lstrip("\ufeff")
    except UnicodeDecodeError:
        return head.decode("latin-1") if sum(byte > 127 for byte in head) * 2 <= len(head) else None
