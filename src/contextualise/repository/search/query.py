"""What somebody asks for, taken apart: words, "phrases", -words that must not be there, and a last word that may still grow."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from contextualise.lib.names import search_key
from contextualise.lib.spelling import one_slip_away

LONGEST = 200
MOST_WORDS = 12
SHORTEST_OPEN = 2  # letters from which on a last word is looked for as a beginning
SHORTEST_STEM = 3
SHORTEST_MISSPELT, LONGEST_MISSPELT = 4, 24
MOST_MISSPELT = 5  # words

# The characters that the database's function `search_words` takes for gaps between words, and white space.
_GAP = re.compile(r"""[\s!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~–—‐‑…“”„‘’‚«»‹›·¿¡]+""")
_TERM = re.compile(r"""(-?)(?:["“„«]([^"“”„«»]*)(?:["”“»]|$)|(\S+))""")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand together: one word, or several of a phrase. `is_open`: it may be the beginning of a word."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question; `key` is it as names are compared, without its signs."""

    text: str
    key: str
    terms: tuple[Term, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that is asked for, once."""
        return tuple(dict.fromkeys(word for term in self.terms if not term.is_excluded for word in term.words))

    @property
    def is_plain(self) -> bool:
        """Whether it is words alone, without phrases and exclusions."""
        return all(len(term.words) == 1 and not term.is_excluded for term in self.terms)

    def tsquery(self, forms: Mapping[str, Collection[str]] = {}, idle: Collection[str] = (), *, shortest: int = SHORTEST_OPEN) -> str:
        """The question for `to_tsquery('words', …)`, all terms of it; "" where nothing is asked for.

        `forms` are stems of words, which stand for all words that begin so; `idle` words are too common to be asked for. An open word
        of fewer letters than `shortest` is taken as a whole one: very much begins with two letters.
        """
        busy = [term for term in self.terms if term.is_excluded or len(term.words) > 1 or term.words[0] not in idle]
        if all(term.is_excluded for term in busy):
            busy = list(self.terms)
        asked = [_one(term, forms, shortest) for term in busy if not term.is_excluded]
        return " & ".join([*asked, *("!" + _one(term, {}, shortest) for term in busy if term.is_excluded)]) if asked else ""

    def each(self, forms: Mapping[str, Collection[str]], idle: Collection[str]) -> Mapping[str, str]:
        """A question for each of the words that are asked for; phrases are left out."""
        asked = [term for term in self.terms if not term.is_excluded and len(term.words) == 1 and term.words[0] not in idle]
        return {term.words[0]: _one(term, forms, SHORTEST_STEM) for term in asked}

    def slips(self) -> Mapping[str, Collection[str]]:
        """For each word those one slip away, itself among them; nothing where the words are too many or too short for that."""
        if not self.is_plain or len(self.words) > MOST_MISSPELT:
            return {}
        ways = {word: one_slip_away(word) if SHORTEST_MISSPELT <= len(word) <= LONGEST_MISSPELT else {word} for word in self.words}
        return ways if any(len(those) > 1 for those in ways.values()) else {}


def quoted(ways: Mapping[str, Collection[str]]) -> list[str]:
    """Every word that may have been meant, as `to_tsquery` takes it."""
    return [f"'{way}'" for way in sorted({way for those in ways.values() for way in those})]


def meaning(ways: Mapping[str, Collection[str]], there: Collection[str]) -> str:
    """The question that asks, for each word, for those quoted ones that are there; "" where one has none."""
    asked = [sorted({f"'{way}'" for way in those} & set(there)) for those in ways.values()]
    return " & ".join(f"({' | '.join(those)})" for those in asked) if all(asked) else ""


def parse(text: str) -> Query:
    """The question in a text; anything may be typed."""
    text = "".join(character for character in text[:LONGEST] if character.isprintable()).strip()
    terms: list[Term] = []
    for sign, phrase, plain in _TERM.findall(text):
        words = split_words(phrase or plain)
        if not words:
            continue
        if phrase or sign:
            terms.append(Term(words, is_excluded=bool(sign)))
        else:
            terms += [Term((word,)) for word in words]
    terms = terms[:MOST_WORDS]
    if terms and not terms[-1].is_excluded and len(terms[-1].words) == 1 and not text.endswith('"'):
        terms[-1] = Term(terms[-1].words, is_open=True)
    key = search_key(re.sub(r'["“”„«»]', " ", text)) if text else ""
    return Query(text, key, tuple(terms))


def split_words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared."""
    return tuple(word for word in _GAP.split(search_key(text)) if word)


def _one(term: Term, forms: Mapping[str, Collection[str]], shortest: int) -> str:
    if len(term.words) > 1:
        return "(" + " <-> ".join(f"'{word}'" for word in term.words) + ")"
    word = term.words[0]
    ways = [f"'{word}':*" if term.is_open and len(word) >= shortest else f"'{word}'"]
    for stem in forms.get(word, ()):
        ways += [f"'{form}':*" for form in _beginnings(stem, word) if len(form) >= SHORTEST_STEM and form != word]
    return f"({' | '.join(dict.fromkeys(ways))})"


def _beginnings(stem: str, word: str) -> tuple[str, ...]:
    """What the words of a stem begin with: English writes “cities” and “city” over one stem, “citi”."""
    return (stem, stem[:-1] + "y") if stem.endswith("i") and word.endswith("ies") else (stem,)
