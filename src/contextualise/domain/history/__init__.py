"""What was done to a map: recording it, taking it back, bringing it back."""

from contextualise.domain.history.saving import Saved, begin, finish
from contextualise.domain.history.undoing import undo

__all__ = ["Saved", "begin", "finish", "undo"]
