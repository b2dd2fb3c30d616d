"""Which part of the topic's page shows what."""

from contextualise.lib.values.datatypes import ANY_URI, DATE, DATE_TIME, EDTF, GEO

MEDIA, LINKS, DATES, FACTS = "topic-media", "topic-links", "topic-dates", "topic-attributes"
_BY_DATATYPE = {ANY_URI: LINKS, DATE: DATES, DATE_TIME: DATES, EDTF: DATES, GEO: DATES}


def block_of(datatype: str, *, is_content: bool = False) -> str:
    """The part with the values of a datatype, or with content that is no text."""
    return MEDIA if is_content else _BY_DATATYPE.get(datatype, FACTS)
