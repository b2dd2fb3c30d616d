"""Statements about maps as such: opening one, lists of them, their own rows, their front page."""

from contextualise.repository.maps.front import Front, FrontLink, FrontText, FrontTopic, FrontType, read_front
from contextualise.repository.maps.lists import CARDS, MapCard, list_own, list_published, list_shared
from contextualise.repository.maps.opening import GuestLink, MapRow, find_map_with_viewer, map_ref
from contextualise.repository.maps.rows import add_map, delete_map, find_map, find_trashed_before

__all__ = [
    "CARDS",
    "Front",
    "FrontLink",
    "FrontText",
    "FrontTopic",
    "FrontType",
    "GuestLink",
    "MapCard",
    "MapRow",
    "add_map",
    "delete_map",
    "find_map",
    "find_map_with_viewer",
    "find_trashed_before",
    "list_own",
    "list_published",
    "list_shared",
    "map_ref",
    "read_front",
]
