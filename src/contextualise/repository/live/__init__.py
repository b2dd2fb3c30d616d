"""What the processes tell each other through PostgreSQL: that something has changed, and who is here."""

from contextualise.repository.live.announcing import CHANNEL, IN_A_CHANGE, News, announce, announcement_of, news_of, notices_told
from contextualise.repository.live.listening import Listening, listen
from contextualise.repository.live.presence import Here, OpenPage, is_hidden, keep_presence, read_presence, say_editing, set_hidden

__all__ = [
    "CHANNEL",
    "IN_A_CHANGE",
    "Here",
    "Listening",
    "News",
    "OpenPage",
    "announce",
    "announcement_of",
    "is_hidden",
    "keep_presence",
    "listen",
    "news_of",
    "notices_told",
    "read_presence",
    "say_editing",
    "set_hidden",
]
