"""How names are compared: one key for all the ways of writing the same name."""

import re
import unicodedata

# Characters that are seen by nobody and would make two equal-looking names differ.
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
_SPACE = re.compile(r"\s+")
# Accents as Latin, Greek and Cyrillic letters carry them; the vowel signs of other scripts are letters of their own.
_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
# Latin letters that no decomposition turns into plain ones (case folding has seen to capitals and to ß).
_PLAIN = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t"})


def collapse_spaces(text: str) -> str:
    """Return the text with each run of white space as one space and none at the ends."""
    return _SPACE.sub(" ", text).strip()


def match_key(text: str) -> str:
    """Return the key under which a name is looked up; equal keys mean "the same name".

    It is NFKC with full case folding (Unicode Standard, section 3.13, definition D146), white space
    collapsed, invisible characters dropped. Applying it twice changes nothing.
    """
    if text.isascii():
        return collapse_spaces(text.lower())
    previous, key = "", text
    # Folding can undo the normal form and the other way round; two rounds settle nearly every text.
    while key != previous:
        previous = key
        folded = unicodedata.normalize("NFKC", key.translate(_INVISIBLE)).casefold()
        key = collapse_spaces(unicodedata.normalize("NFKC", folded))
    return key


def search_key(text: str) -> str:
    """Return the key under which a name is found: `match_key` without accents, so that who has no key for é finds Niépce too."""
    key = match_key(text)
    if key.isascii():
        return key
    plain = unicodedata.normalize("NFD", key).translate(_ACCENTS).translate(_PLAIN)
    return collapse_spaces(unicodedata.normalize("NFC", plain))
