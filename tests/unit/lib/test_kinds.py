"""What is what."""

import pytest

from contextualise.lib.kinds import Kind, kind_of_content, kind_of_value
from contextualise.lib.values.datatypes import ANY_URI, DATE, DATE_TIME, EDTF, GEO, STRING, WKT, XSD


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image/png", Kind.IMAGE),
        ("image/svg+xml", Kind.FILE),
        ("audio/mpeg", Kind.AUDIO),
        ("video/mp4", Kind.VIDEO),
        ("model/gltf-binary", Kind.SCENE),
        ("text/markdown", Kind.FILE),
        ("", Kind.FILE),
    ],
)
def test_content_is_known_by_its_media_type(media_type: str, kind: Kind) -> None:
    assert kind_of_content(media_type, is_text=False) == kind


def test_texts_and_notes_are_known_by_their_type() -> None:
    assert kind_of_content("text/markdown", is_text=True) == Kind.TEXT
    assert kind_of_content("text/markdown", is_text=True, is_note=True) == Kind.NOTE


@pytest.mark.parametrize(
    ("datatype", "kind"),
    [
        (ANY_URI, Kind.LINK),
        (EDTF, Kind.DATE),
        (DATE, Kind.DATE),
        (DATE_TIME, Kind.DATE),
        (XSD + "gYear", Kind.DATE),
        (GEO, Kind.PLACE),
        (WKT, Kind.FACT),
        (STRING, Kind.FACT),
        ("urn:x", Kind.FACT),
    ],
)
def test_values_are_known_by_their_datatype(datatype: str, kind: Kind) -> None:
    assert kind_of_value(datatype) == kind


def test_a_link_of_the_type_of_videos_is_a_film() -> None:
    assert kind_of_value(ANY_URI, is_film=True) == Kind.VIDEO
