"""How names are compared: one key for all the ways of writing the same name."""

import re
import unicodedata

# Characters that are seen by nobody and would make two equal-looking names differ.
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
_SPACE = re.compile(r"\s+")


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
