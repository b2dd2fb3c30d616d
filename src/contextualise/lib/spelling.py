"""How far a typed text is from a name: letters left out, added, changed or swapped."""


def distance(one: str, other: str, most: int) -> int:
    """The optimal string alignment distance of two texts, or `most` + 1 for anything larger.

    Insertions, deletions, substitutions and swaps of neighbours count one each (Boytsov, Indexing methods for approximate dictionary
    searching, 2011, section 2.2).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i] + [0] * len(other)
        for j, b in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[j] = min(row[j], earlier[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def slips_allowed(length: int) -> int:
    """How many slips of the pen may be in a text of so many letters."""
    return 0 if length < 3 else 1 if length < 6 else 2 if length < 10 else 3


def slips(typed: str, name: str) -> int | None:
    """How many slips turn the name into what was typed: each word into one of the name's, or all into the whole name; None for too many.

    The last word may be unfinished: what follows it in the name is no slip.
    """
    words, known = typed.split(), name.split()
    total = 0
    for place, word in enumerate(words):
        candidates = known + ([each[: len(word)] for each in known if len(each) > len(word)] if place == len(words) - 1 else [])
        allowed = slips_allowed(len(word))
        least = min((distance(word, candidate, allowed) for candidate in candidates), default=allowed + 1)
        if least > allowed:
            break
        total += least
    else:
        return total
    allowed = min(2, slips_allowed(len(typed)))
    whole = distance(typed, name, allowed)
    return whole if whole <= allowed else None


_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρςστυφχψω", "абвгдежзийклмнопрстуфхцчшщъыьэюя")


def one_slip_away(word: str) -> frozenset[str]:
    """Every word that one slip makes of this one, in its own alphabet; itself among them. A few hundred for a word of usual length."""
    letters = next((alphabet for alphabet in _ALPHABETS if any(letter in alphabet for letter in word)), "")
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = {a + b[1:] for a, b in parts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    changed = {a + letter + b[1:] for a, b in parts if b for letter in letters}
    added = {a + letter + b for a, b in parts for letter in letters}
    return frozenset({word} | left_out | swapped | changed | added)
