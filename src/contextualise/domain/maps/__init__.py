"""Maps as such: opening, making, describing, publishing, the trash."""

from contextualise.domain.maps.fields import ACCENTS, LANGUAGES, MapFields, check_fields
from contextualise.domain.maps.front import front_of
from contextualise.domain.maps.lists import list_own, list_published, list_shared, list_trashed
from contextualise.domain.maps.opening import OpenMap, find_map, open_map
from contextualise.domain.maps.pictures import KEEP, PICTURE_BYTES, PICTURE_TYPE, Keep, keep_picture, prepare_picture, read_picture
from contextualise.domain.maps.publishing import demote_map, promote_map, publish_map, unpublish_map
from contextualise.domain.maps.trash import KEPT, purge_maps, purge_one_map, restore_map, trash_map
from contextualise.domain.maps.writing import create_map, edit_map
from contextualise.repository.maps import Front, FrontText, FrontType, MapCard, MapRow, map_ref

__all__ = [
    "ACCENTS",
    "KEEP",
    "KEPT",
    "LANGUAGES",
    "PICTURE_BYTES",
    "PICTURE_TYPE",
    "Front",
    "FrontText",
    "FrontType",
    "Keep",
    "MapCard",
    "MapFields",
    "MapRow",
    "OpenMap",
    "check_fields",
    "create_map",
    "demote_map",
    "edit_map",
    "find_map",
    "front_of",
    "keep_picture",
    "list_own",
    "list_published",
    "list_shared",
    "list_trashed",
    "map_ref",
    "open_map",
    "prepare_picture",
    "promote_map",
    "publish_map",
    "purge_maps",
    "purge_one_map",
    "read_picture",
    "restore_map",
    "trash_map",
    "unpublish_map",
]
