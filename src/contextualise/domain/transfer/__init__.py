"""Maps from files."""

from contextualise.domain.transfer.importing import Imported, import_map, read_file
from contextualise.domain.transfer.progress import Progress

__all__ = ["Imported", "Progress", "import_map", "read_file"]
