"""Pages that follow what others do: announcements between the processes, and the streams of this one."""

from contextualise.domain.live.hub import Hub
from contextualise.domain.live.presence import who_is_here
from contextualise.domain.live.stream import CatchUp, Message, People, Stream, TooManyStreams
from contextualise.repository.live import Here, News, OpenPage, announce, is_hidden, say_editing, set_hidden

__all__ = [
    "CatchUp",
    "Here",
    "Hub",
    "Message",
    "News",
    "OpenPage",
    "People",
    "Stream",
    "TooManyStreams",
    "announce",
    "is_hidden",
    "say_editing",
    "set_hidden",
    "who_is_here",
]
