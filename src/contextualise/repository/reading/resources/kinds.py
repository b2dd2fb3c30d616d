"""The rule of `lib.kinds` in SQL: which rows are of a kind, and where to find those of a rare kind without reading all others.

The tests hold both to each other for every combination of media type, datatype and type.
"""

from contextualise.lib.kinds import IMAGES, SCENES, TIMES, Kind
from contextualise.lib.values.datatypes import ANY_URI, GEO

NOTE, NOTES, VIDEO = (f"urn:contextualise:base:{slug}" for slug in ("note", "notes", "video"))


def _list(texts: frozenset[str]) -> str:
    return ", ".join(f"'{text}'" for text in sorted(texts))


CONTENT, ADDRESS, TIME, PLACE, OTHER = range(1, 6)
# Word for word as in the index `occurrence_by_kind`, or the index is not used.
SORT = f"""(CASE WHEN o.sha256 IS NOT NULL THEN {CONTENT} WHEN o.datatype = '{ANY_URI}' THEN {ADDRESS}
  WHEN o.datatype IN ({_list(TIMES)}) THEN {TIME} WHEN o.datatype = '{GEO}' THEN {PLACE} ELSE {OTHER} END)"""


def base(iri: str) -> str:
    """The id of a base topic, 0 where the map has none."""
    return f"coalesce((SELECT construct_id FROM identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = '{iri}'), 0)"  # noqa: S608


_NOTE, _VIDEO = base(NOTE), base(VIDEO)
_FILE = f"""c.media_type NOT IN ({_list(IMAGES | SCENES)})
  AND c.media_type NOT LIKE 'audio/%%' AND c.media_type NOT LIKE 'video/%%'""".replace("%%", "%")
_FILM = f"{SORT} = {CONTENT} AND c.html IS NULL AND c.media_type LIKE 'video/%'"
_FILM_ELSEWHERE = f"o.type_id = {_VIDEO} AND {SORT} = {ADDRESS}"
CONDITIONS: dict[Kind, str] = {
    Kind.TEXT: f"{SORT} = {CONTENT} AND c.html IS NOT NULL AND o.type_id <> {_NOTE}",
    Kind.NOTE: f"o.type_id = {_NOTE} AND {SORT} = {CONTENT} AND c.html IS NOT NULL",
    Kind.IMAGE: f"{SORT} = {CONTENT} AND c.html IS NULL AND c.media_type IN ({_list(IMAGES)})",
    Kind.AUDIO: f"{SORT} = {CONTENT} AND c.html IS NULL AND c.media_type LIKE 'audio/%'",
    Kind.VIDEO: f"({_FILM} OR {_FILM_ELSEWHERE})",
    Kind.SCENE: f"{SORT} = {CONTENT} AND c.html IS NULL AND c.media_type IN ({_list(SCENES)})",
    Kind.FILE: f"{SORT} = {CONTENT} AND c.html IS NULL AND {_FILE}",
    Kind.LINK: f"{SORT} = {ADDRESS} AND o.type_id <> {_VIDEO}",
    Kind.DATE: f"{SORT} = {TIME}",
    Kind.PLACE: f"{SORT} = {PLACE}",
    Kind.FACT: f"{SORT} = {OTHER}",
}
"""What an occurrence `o` with its content `c` has to be."""


def _by_content(condition: str) -> str:
    return f"""SELECT o.id FROM content c JOIN occurrence o ON o.map_id = c.map_id AND o.sha256 = c.sha256
    WHERE c.map_id = %(map_id)s AND c.html IS NULL AND {condition}"""  # noqa: S608 - constants of this module


# Of a range the planner expects few, and reads the index of types: of one type it expects many, and reads the table.
def _by_type(type_id: str) -> str:
    return f"SELECT o.id FROM occurrence o WHERE o.map_id = %(map_id)s AND o.type_id BETWEEN {type_id} AND {type_id}"  # noqa: S608 - the same


def _by_sort(sort: int) -> str:
    return f"SELECT o.id FROM occurrence o WHERE o.map_id = %(map_id)s AND {SORT} = {sort} ORDER BY o.id"  # noqa: S608 - the same


SOURCES: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: (_by_sort(CONTENT),),
    Kind.NOTE: (_by_type(_NOTE),),
    Kind.IMAGE: (_by_content(f"c.media_type IN ({_list(IMAGES)})"),),
    Kind.AUDIO: (_by_content("c.media_type >= 'audio/' AND c.media_type < 'audio0'"),),
    Kind.VIDEO: (_by_content("c.media_type >= 'video/' AND c.media_type < 'video0'"), _by_type(_VIDEO)),
    Kind.SCENE: (_by_content(f"c.media_type IN ({_list(SCENES)})"),),
    Kind.FILE: (_by_content(_FILE),),
    Kind.LINK: (_by_sort(ADDRESS),),
    Kind.DATE: (_by_sort(TIME),),
    Kind.PLACE: (_by_sort(PLACE),),
    Kind.FACT: (_by_sort(OTHER),),
}
"""Readings of an index that together give all of a kind, and perhaps some others; the conditions are asked of each."""


_VALUES = {Kind.LINK: ADDRESS, Kind.DATE: TIME, Kind.PLACE: PLACE, Kind.FACT: OTHER}


def has_content(kind: Kind) -> bool:
    """Whether some of the kind are contents."""
    return kind not in _VALUES


def sort_of(kind: Kind) -> str:
    """What all of the kind are in the index `occurrence_by_kind`; films may be of two sorts."""
    return f"{SORT} IN ({CONTENT}, {ADDRESS})" if kind == Kind.VIDEO else f"{SORT} = {_VALUES.get(kind, CONTENT)}"


def source_of(kind: Kind, most: int) -> str:
    """Ids that hold all of the kind, unless there are more than `most` from one reading."""
    return " UNION ".join(f"({reading} LIMIT {most} + 1)" for reading in SOURCES[kind])


_OCCURRENCE = "occurrence o JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id"
_FROM_CONTENT = f"content c JOIN {_OCCURRENCE.replace(' JOIN', ' ON o.map_id = c.map_id AND o.sha256 = c.sha256 JOIN')}"
_WITH_CONTENT = f"{_OCCURRENCE} JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256"


def countings_of(kind: Kind) -> tuple[tuple[str, str, str], ...]:
    """Where the kind is counted, on what condition, and in which order: that of the index which the planner would else pass over."""
    if kind == Kind.VIDEO:
        return (_FROM_CONTENT, _FILM, ""), (_OCCURRENCE, _FILM_ELSEWHERE, "")
    if kind in (Kind.IMAGE, Kind.AUDIO, Kind.SCENE, Kind.FILE):
        return ((_FROM_CONTENT, CONDITIONS[kind], ""),)
    if kind == Kind.NOTE:
        return ((_WITH_CONTENT, f"{CONDITIONS[kind]} AND o.type_id BETWEEN {_NOTE} AND {_NOTE}", ""),)
    return ((_WITH_CONTENT if kind == Kind.TEXT else _OCCURRENCE, CONDITIONS[kind], "ORDER BY o.id"),)
