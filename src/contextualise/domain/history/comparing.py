"""What is different about a topic between two versions of its map."""

from contextualise.domain.history.net import net
from contextualise.domain.history.rewinding import own_entries
from contextualise.domain.history.telling import Differences, tell
from contextualise.domain.history.times import Moment
from contextualise.repository.reading.change import Connection, TooMuch, rows_between

__all__ = ["TooMuch", "compare_topic_between"]


async def compare_topic_between(
    connection: Connection, map_id: int, topic_id: int, since: Moment, until: Moment, *, may_edit: bool
) -> Differences:
    """The statements about a topic that are not the same at both times; raises `TooMuch`."""
    written = await rows_between(connection, map_id, [topic_id], since.version, until.version)
    return await tell(connection, map_id, own_entries(net(written), topic_id), may_edit=may_edit)
