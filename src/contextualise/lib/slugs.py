"""Slugs: the readable part of an address, made from a name."""

import re
import unicodedata
from collections.abc import Container

MAX_LENGTH = 80
FALLBACK = "topic"

# Words that are pages of their own where a slug may stand, such as ``/topics/new``.
RESERVED = frozenset({"new"})

# Latin letters that no decomposition turns into plain ones.
_LATIN = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "ı": "i",
        "ĸ": "k",
        "ŋ": "ng",
        "ŧ": "t",
        "ſ": "s",
        "ə": "e",
        "ʻ": "",
        "ʼ": "",
    }
)
_APOSTROPHE_S = re.compile(r"(?<=\w)['\u2019](?=[st]\b)")
_SIGNS = ((re.compile(r"(?<=\w)#"), " sharp "), (re.compile(r"(?<=[\w+])\+"), " plus "))


def slugify(name: str) -> str:
    """Return an address part for a name: at most 80 characters, never empty.

    Accents of Latin letters go, other scripts stay as they are (NFC, lower case); letters, digits and
    marks are kept and everything else becomes a single hyphen.
    """
    text = unicodedata.normalize("NFKC", name).lower()
    text = _APOSTROPHE_S.sub("", text)
    for sign, word in _SIGNS:
        text = sign.sub(word, text)
    text = unicodedata.normalize("NFC", _plain_latin(text))
    words = "".join(ch if _is_kept(ch) else " " for ch in text).split()
    slug = _shorten("-".join(words), MAX_LENGTH)
    return slug if any(ch.isalnum() for ch in slug) else FALLBACK


def next_free(slug: str, taken: Container[str]) -> str:
    """Return the slug itself, or with the first of ``-2``, ``-3``, … that is neither taken nor reserved."""
    candidate, number = slug, 1
    while candidate in taken or candidate in RESERVED:
        number += 1
        ending = f"-{number}"
        candidate = _shorten(slug, MAX_LENGTH - len(ending)) + ending
    return candidate


def _plain_latin(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    base_is_latin = False
    for ch in unicodedata.normalize("NFD", text):
        if unicodedata.combining(ch):
            if base_is_latin:
                continue
        else:
            base_is_latin = unicodedata.name(ch, "").startswith("LATIN ")
        kept.append(ch)
    return "".join(kept).translate(_LATIN)


def _is_kept(ch: str) -> bool:
    return unicodedata.category(ch)[0] in "LNM"


def _shorten(slug: str, length: int) -> str:
    if len(slug) <= length:
        return slug.strip("-")
    # A whole last word reads better, unless that would throw away much of the name.
    whole_words = slug[: length + 1].rpartition("-")[0]
    return (whole_words if len(whole_words) > length // 2 else slug[:length]).strip("-")
