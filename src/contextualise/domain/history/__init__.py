"""What was done to a map: recording it, taking it back, bringing it back, telling it."""

from contextualise.domain.history.describing import describe
from contextualise.domain.history.rewinding import rewind_topic
from contextualise.domain.history.saving import Saved, begin, finish
from contextualise.domain.history.trash import KEPT, changes_of_map, changes_of_topic, empty_trash, purge_trash, trash
from contextualise.domain.history.undoing import Restored, restore_topic, undo
from contextualise.repository.changes import Listed

__all__ = [
    "KEPT",
    "Listed",
    "Restored",
    "Saved",
    "begin",
    "changes_of_map",
    "changes_of_topic",
    "describe",
    "empty_trash",
    "finish",
    "purge_trash",
    "restore_topic",
    "rewind_topic",
    "trash",
    "undo",
]
