"""Whether a site's data is as it should be, and how what can be made anew is made anew."""

from contextualise.domain.doctor.checking import Finding, check_map, check_objects
from contextualise.domain.doctor.reindexing import reindex_map
from contextualise.repository.doctor.rows import map_ids

__all__ = ["Finding", "check_map", "check_objects", "map_ids", "reindex_map"]
