"""Writes rows of one map and keeps their images before and after, so that every change can be shown, undone and replayed.

An image is the row as JSON without `map_id` and without generated columns. Everything a domain function changes in a map goes
through here; projections (`content`, `content_link`, a topic's label) do not, because they can be rebuilt. New scopes do not
either: a scope is only the name of a set, and undoing the change that first used it must not take it from later ones.
"""

from contextualise.repository.journal.entries import Entry, Image, StaleRow, entry_from_json
from contextualise.repository.journal.images import TABLES
from contextualise.repository.journal.writing import Journal

__all__ = ["TABLES", "Entry", "Image", "Journal", "StaleRow", "entry_from_json"]
