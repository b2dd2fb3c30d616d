"""How a file is to be saved: the header `Content-Disposition` (RFC 6266)."""

import re
import unicodedata
from urllib.parse import quote

_UNSAFE = re.compile(r"[^ !#$&+\-.0-9A-Z^_`a-z{}~(),;=@\[\]]")


def content_disposition(name: str, *, inline: bool) -> str:
    """The header's value; a name that is not plain ASCII comes twice, for old programs without its special signs."""
    shown = "inline" if inline else "attachment"
    name = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cs", "Cf"))
    if not name.strip(". "):
        return shown
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()) or "file"
    parts = [shown, f'filename="{plain}"']
    if plain != name:
        parts.append(f"filename*=UTF-8''{quote(name, safe='')}")
    return "; ".join(parts)
