"""Reading a topic for its page."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.records import TopicRecord
from contextualise.repository.reading.topic_statement import EVERYTHING, IN_CONTEXT

TMDM = "http://psi.topicmaps.org/iso13250/model/"
OWN = "urn:contextualise:base:"
TOPIC_NAME = TMDM + "topic-name"
NAVIGATION, CATEGORIZATION, CATEGORY = OWN + "navigation", OWN + "categorization", OWN + "category"
PREVIOUS, NEXT, UP, DOWN = OWN + "previous", OWN + "next", OWN + "up", OWN + "down"
TEXT, NOTE, UNIVERSAL = OWN + "text", OWN + "note", OWN + "universal"
_BASE = [TOPIC_NAME, NAVIGATION, CATEGORIZATION, CATEGORY, PREVIOUS, NEXT, UP, DOWN, TEXT, NOTE, UNIVERSAL]
_decoder = msgspec.json.Decoder(TopicRecord)


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader chose to see: themes by address; none and `only` for what holds everywhere; `strict` for nothing beside them."""

    themes: tuple[str, ...] = ()
    universal: bool = False
    strict: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether nothing is filtered."""
        return not self.themes and not self.universal


EVERYTHING_SHOWN = Context()


async def read_topic(
    connection: AsyncConnection,
    map_id: int,
    slug: str,
    *,
    context: Context = EVERYTHING_SHOWN,
    trail: Sequence[int] = (),
    after_group: tuple[int, int] = (0, 0),
    after_occurrence: int = 0,
) -> TopicRecord | None:
    """The topic with everything on its page, in one statement; None when no topic has this address now."""
    parameters = {
        "map_id": map_id,
        "slug": slug,
        "base": _BASE,
        "reserved": [NAVIGATION, CATEGORIZATION],
        "navigation": NAVIGATION,
        "categorization": CATEGORIZATION,
        "category": CATEGORY,
        "trail": list(trail),
        "after_type": after_group[0],
        "after_role": after_group[1],
        "after_occurrence": after_occurrence,
        "themes": list(context.themes),
        "strict": context.strict,
    }
    found = await (EVERYTHING if context.is_everything else IN_CONTEXT).value(connection, parameters)
    return None if found is None else _decoder.decode(found)
