"""What an occurrence is to a reader, decided by one rule: on the topic's page and in the indexes over a map alike."""

from enum import StrEnum

from contextualise.lib.values.datatypes import ANY_URI, DATE, DATE_TIME, EDTF, GEO, YEARS

IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})
SCENES = frozenset({"model/gltf-binary", "model/gltf+json"})
TIMES = frozenset({DATE, DATE_TIME, EDTF, *YEARS})


class Kind(StrEnum):
    """The kinds; each value is also the word in addresses."""

    TEXT = "texts"
    NOTE = "notes"
    IMAGE = "images"
    AUDIO = "audio"
    VIDEO = "videos"
    SCENE = "3d-scenes"
    FILE = "files"
    LINK = "links"
    DATE = "dates"
    PLACE = "places"
    FACT = "attributes"


def kind_of_content(media_type: str, *, is_text: bool, is_note: bool = False) -> Kind:
    """Return the kind of content: `is_text` where it is Markdown that was rendered, `is_note` where its type is that of notes."""
    if is_text:
        return Kind.NOTE if is_note else Kind.TEXT
    if media_type in IMAGES:
        return Kind.IMAGE
    if media_type in SCENES:
        return Kind.SCENE
    if media_type.startswith("audio/"):
        return Kind.AUDIO
    return Kind.VIDEO if media_type.startswith("video/") else Kind.FILE


def kind_of_value(datatype: str, *, is_film: bool = False) -> Kind:
    """Return the kind of a value; `is_film` where its type is that of videos, which makes a link a film elsewhere."""
    if datatype == ANY_URI:
        return Kind.VIDEO if is_film else Kind.LINK
    if datatype in TIMES:
        return Kind.DATE
    return Kind.PLACE if datatype == GEO else Kind.FACT
