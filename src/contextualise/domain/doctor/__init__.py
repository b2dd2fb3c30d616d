"""Whether a site's data is as it should be, and how what can be made anew is made anew."""

from contextualise.domain.doctor.checking import check_map
from contextualise.domain.doctor.findings import Finding
from contextualise.domain.doctor.reindexing import reindex_map
from contextualise.domain.doctor.storage import Storage, check_objects, check_storage
from contextualise.repository.doctor.inventory import Usage
from contextualise.repository.doctor.rows import map_ids

__all__ = ["Finding", "Storage", "Usage", "check_map", "check_objects", "check_storage", "map_ids", "reindex_map"]
