"""Several e-mail addresses as people write them in one field."""

import re
from collections.abc import Sequence

from contextualise.domain.accounts import check_email, email_key
from contextualise.domain.errors import Invalid

MOST = 30
_BETWEEN = re.compile(r"[\s,;]+")
_NAMED = re.compile(r"[^<>,;\n]*<([^<>\s@]+@[^<>\s]+)>")  # Ada Lovelace <ada@example.org>


def read_addresses(text: str) -> Sequence[tuple[str, str]]:
    """The addresses, each once, with the keys under which they are compared; raises `Invalid` naming what is no address."""
    found: dict[str, str] = {}
    wrong = []
    for word in _BETWEEN.split(_NAMED.sub(r" \1 ", text).strip()):
        if not word:
            continue
        try:
            address = check_email(word)
        except Invalid:
            wrong.append(word)
            continue
        key = email_key(address)
        assert key is not None
        found.setdefault(key, address)
    if wrong:
        which = ", ".join(f"“{word[:80]}”" for word in wrong[:5])
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise Invalid({"emails": f"Not an e-mail address: {which}{more}. Nobody was invited yet."})
    if not found:
        raise Invalid({"emails": "Enter at least one e-mail address."})
    if len(found) > MOST:
        raise Invalid({"emails": f"At most {MOST} people can be invited at once; here are {len(found)}."})
    return [(address, key) for key, address in found.items()]
