"""Reading a topic for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.records import TopicRecord
from contextualise.repository.reading.topic_statement import EVERYTHING, FURTHER, IN_CONTEXT, MEMBERS

TMDM = "http://psi.topicmaps.org/iso13250/model/"
OWN = "urn:contextualise:base:"
TOPIC_NAME = TMDM + "topic-name"
NAVIGATION, CATEGORIZATION, CATEGORY = OWN + "navigation", OWN + "categorization", OWN + "category"
PREVIOUS, NEXT, UP, DOWN = OWN + "previous", OWN + "next", OWN + "up", OWN + "down"
TEXT, NOTE, UNIVERSAL = OWN + "text", OWN + "note", OWN + "universal"
INBOX = OWN + "notes"
URL, VIDEO = OWN + "url", OWN + "video"
EVENT, ERA, LOCATION = OWN + "temporal-event", OWN + "temporal-era", OWN + "location"
_BASE = [TOPIC_NAME, NAVIGATION, CATEGORIZATION, CATEGORY, PREVIOUS, NEXT, UP, DOWN, TEXT, NOTE, INBOX, UNIVERSAL]
_BASE += [URL, VIDEO, EVENT, ERA, LOCATION]
_decoder = msgspec.json.Decoder(TopicRecord)


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader chose to see: themes by address; none and `only` for what holds everywhere; `strict` for nothing beside them.

    `at` is the time of which the page is, as the address names it; "" is now.
    """

    themes: tuple[str, ...] = ()
    universal: bool = False
    strict: bool = False
    at: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether nothing is filtered."""
        return not self.themes and not self.universal


EVERYTHING_SHOWN = Context()


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a topic that has very much of something: one group of associations and those after one, groups after one, or
    occurrences after one.
    """

    group: tuple[int, int] | None = None
    after_association: int = 0
    after_group: tuple[int, int] = (0, 0)
    after_occurrence: int = 0


BEGINNING = Part()


async def read_topic(
    connection: AsyncConnection,
    map_id: int,
    slug: str,
    *,
    context: Context = EVERYTHING_SHOWN,
    trail: Sequence[int] = (),
    part: Part = BEGINNING,
    talk: bool = False,
) -> TopicRecord | None:
    """The topic with everything on its page, in one statement; None when no topic has this address now.

    `talk` brings how much is said about what stands there, for those who may know.
    """
    parameters = topic_parameters(map_id, slug, context=context, trail=trail, part=part, talk=talk)
    found = await (EVERYTHING if context.is_everything else IN_CONTEXT).value(connection, parameters)
    return None if found is None else decode_topic(found)


def decode_topic(found: str) -> TopicRecord:
    """The record that the statement brings."""
    return _decoder.decode(found)


def topic_parameters(
    map_id: int, slug: str, *, context: Context = EVERYTHING_SHOWN, trail: Sequence[int] = (), part: Part = BEGINNING, talk: bool = False
) -> dict[str, Any]:
    """What the statement of the page needs to know."""
    return {
        "map_id": map_id,
        "slug": slug,
        "talk": talk,
        "base": _BASE,
        "reserved": [NAVIGATION, CATEGORIZATION],
        "navigation": NAVIGATION,
        "categorization": CATEGORIZATION,
        "category": CATEGORY,
        "note": NOTE,
        "trail": list(trail),
        "after_type": part.after_group[0],
        "after_role": part.after_group[1],
        "only_type": part.group[0] if part.group else 0,
        "only_role": part.group[1] if part.group else 0,
        "after_association": part.after_association,
        "members": FURTHER + 1 if part.group else MEMBERS,
        "after_occurrence": part.after_occurrence,
        "themes": list(context.themes),
        "strict": context.strict,
    }
