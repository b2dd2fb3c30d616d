"""The end of an account: everything to take along, then everything gone."""

from contextualise.domain.leaving.deleting import LEAVING, MOST_MAPS, find_own_maps, leave, purge_all_left, purge_left
from contextualise.domain.leaving.gathering import gather
from contextualise.repository.leaving import OwnMap

__all__ = ["LEAVING", "MOST_MAPS", "OwnMap", "find_own_maps", "gather", "leave", "purge_all_left", "purge_left"]
