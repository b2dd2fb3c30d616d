"""Maps from files, and into files."""

from contextualise.domain.transfer.exporting import file_path, write_map
from contextualise.domain.transfer.importing import Imported, import_map, read_file
from contextualise.domain.transfer.progress import Progress

__all__ = ["Imported", "Progress", "file_path", "import_map", "read_file", "write_map"]
