"""Which part of the topic's page shows what."""

from contextualise.lib.kinds import Kind, kind_of_value

MEDIA, LINKS, DATES, FACTS = "topic-media", "topic-links", "topic-dates", "topic-attributes"
_BY_KIND = {Kind.LINK: LINKS, Kind.VIDEO: LINKS, Kind.DATE: DATES, Kind.PLACE: DATES}


def block_of(datatype: str, *, is_content: bool = False) -> str:
    """The part with the values of a datatype, or with content that is no text."""
    return MEDIA if is_content else _BY_KIND.get(kind_of_value(datatype), FACTS)
