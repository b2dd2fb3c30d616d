"""Exchange formats: bytes to plain records and back, with no database."""

from contextualise.interchange.errors import InterchangeError
from contextualise.interchange.limits import DEFAULT_LIMITS, Limits
from contextualise.interchange.reading import Reading, read
from contextualise.interchange.sources import FolderResolver

__all__ = ["DEFAULT_LIMITS", "FolderResolver", "InterchangeError", "Limits", "Reading", "read"]
