"""What may be written about a map."""

import re
import unicodedata
from dataclasses import dataclass

from contextualise.domain.errors import Invalid

MAX_TITLE = 200
MAX_DESCRIPTION = 2000

ACCENTS = ("rust", "amber", "green", "teal", "blue", "indigo", "plum", "rose")
"""Hues whose contrast is enough in the light and the dark theme; the style sheets know them by these names."""

LANGUAGES = (
    ("ar", "العربية"),
    ("bg", "Български"),
    ("ca", "Català"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("eu", "Euskara"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("ga", "Gaeilge"),
    ("gl", "Galego"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("is", "Íslenska"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("la", "Latina"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("nb", "Norsk bokmål"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("sr", "Српски"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
)
"""Languages offered in forms, by their own names; any well-formed tag is accepted."""

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # RFC 5646, without the rare forms


@dataclass(frozen=True, slots=True)
class MapFields:
    """The fields of a map that a person writes, as they are kept."""

    title: str
    description: str
    default_lang: str
    accent: str


def check_fields(*, title: str, description: str = "", default_lang: str = "en", accent: str = "blue") -> MapFields:
    """The fields as they are kept; raises `Invalid` naming each that cannot be accepted."""
    fields = MapFields(
        title=" ".join(unicodedata.normalize("NFC", title).split()),
        description=unicodedata.normalize("NFC", description.replace("\r\n", "\n").replace("\r", "\n")).strip(),
        default_lang=default_lang.strip(),
        accent=accent,
    )
    reasons = {
        "title": _title_reason(fields.title),
        "description": _description_reason(fields.description),
        "default_lang": None if _TAG.fullmatch(fields.default_lang) else "Choose a language.",
        "accent": None if accent in ACCENTS else "Choose one of the colours.",
    }
    errors = {name: reason for name, reason in reasons.items() if reason}
    if errors:
        raise Invalid(errors)
    return fields


def _title_reason(title: str) -> str | None:
    if not title:
        return "Give the map a title."
    if len(title) > MAX_TITLE:
        return f"Use at most {MAX_TITLE} characters for the title."
    return _unseen(title)


def _description_reason(description: str) -> str | None:
    if len(description) > MAX_DESCRIPTION:
        return f"Use at most {MAX_DESCRIPTION:,} characters for the description; there are {len(description):,}."
    return _unseen(description.replace("\n", " ").replace("\t", " "))


def _unseen(text: str) -> str | None:
    shown = all(unicodedata.category(character) not in ("Cc", "Cs") for character in text)
    return None if shown else "This holds characters that cannot be shown."
