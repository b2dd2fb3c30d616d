"""Notes: short texts, many to a topic or in the inbox of a map until somebody knows where they belong.

The inbox is the working material of those who write the map. Whoever may edit sees it, nobody else does, however public the map is.
"""

from contextualise.domain.notes.converting import Proposal, convert_note, proposal_of
from contextualise.domain.notes.moving import attach_note, detach_note
from contextualise.domain.notes.writing import add_note, delete_note, edit_note, require_note, source_of_note
from contextualise.repository.notes import Inbox, find_inbox

__all__ = [
    "Inbox",
    "Proposal",
    "add_note",
    "attach_note",
    "convert_note",
    "delete_note",
    "detach_note",
    "edit_note",
    "find_inbox",
    "proposal_of",
    "require_note",
    "source_of_note",
]
