"""Maps as such: opening, making, describing, publishing, the trash."""

from contextualise.domain.maps.fields import ACCENTS, LANGUAGES, MapFields, check_fields
from contextualise.domain.maps.lists import list_own, list_published, list_shared, list_trashed
from contextualise.domain.maps.opening import OpenMap, open_map
from contextualise.repository.maps import MapCard, MapRow, map_ref

__all__ = [
    "ACCENTS",
    "LANGUAGES",
    "MapCard",
    "MapFields",
    "MapRow",
    "OpenMap",
    "check_fields",
    "list_own",
    "list_published",
    "list_shared",
    "list_trashed",
    "map_ref",
    "open_map",
]
