"""Values as the views over a whole map tell them: each with what it is said about, in the words of the reader's context."""

from dataclasses import dataclass

from contextualise.repository.reading.choosing import Chosen
from contextualise.repository.reading.fitting import FIT, best_name
from contextualise.repository.reading.raw import Statement


@dataclass(frozen=True, slots=True)
class Choice:
    """Which values: of topics of a type, in scopes that fit the reader's context, told in the words of its themes."""

    map_id: int
    type_id: int | None = None
    fits: tuple[int, ...] | None = None
    themes: tuple[int, ...] = ()

    def values(self) -> dict[str, object]:
        """The parameters of the statements."""
        return {
            "map_id": self.map_id,
            "any_type": self.type_id is None,
            "type_id": self.type_id or 0,
            "all_fit": self.fits is None,
            "fits": list(self.fits or ()),
            "context": list(self.themes),
        }


def choice_of(map_id: int, chosen: Chosen) -> Choice:
    """The choice that a reader made in a map."""
    return Choice(map_id, chosen.type[0] if chosen.type else None, chosen.fits, tuple(theme.id for theme in chosen.themes))


@dataclass(frozen=True, slots=True)
class Telling:
    """A value with what it is said about; `kind` and `construct_id` name the statement where it is said about one of those."""

    id: int
    title: str | None
    type_label: str
    topic_slug: str
    topic_label: str
    topic_type_id: int | None
    kind: str | None
    construct_id: int | None


CHOSEN = """(%(all_fit)s OR o.scope_id = ANY(%(fits)s::bigint[])) AND (%(any_type)s OR EXISTS (
    SELECT FROM topic_type y WHERE y.map_id = o.map_id AND y.topic_id = o.topic_id AND y.type_id = %(type_id)s))"""
"""The condition of a choice on the row `o` of occurrence."""

_ROW = """
SELECT o.id, o.title, {type_name}, t.slug,
  coalesce(CASE WHEN t.is_hidden THEN (
    SELECT {association_name} FROM association a JOIN topic y ON y.map_id = a.map_id AND y.id = a.type_id
    WHERE f.kind = 'a' AND a.map_id = o.map_id AND a.id = f.construct_id
  ) END, {name}),
  (SELECT y.type_id FROM topic_type y WHERE y.map_id = t.map_id AND y.topic_id = t.id ORDER BY y.type_id LIMIT 1),
  CASE WHEN t.is_hidden THEN f.kind END, CASE WHEN t.is_hidden THEN f.construct_id END, {columns}
FROM ({rows}) AS o
JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id
JOIN topic k ON k.map_id = o.map_id AND k.id = o.type_id
LEFT JOIN reification f ON t.is_hidden AND f.map_id = t.map_id AND f.reifier_id = t.id
ORDER BY {order}
"""


class TellingStatement:
    """Reads the rows `o` that `rows` brings with the columns of `Telling` and then `columns`, for readers with and without a context."""

    def __init__(self, rows: str, columns: str, order: str) -> None:
        plain = {"type_name": "k.label", "association_name": "y.label", "name": "t.label"}
        fitting = {"type_name": best_name("k"), "association_name": best_name("y"), "name": best_name("t")}
        head = f"WITH {FIT.format(themes='%(context)s::bigint[]')}"
        given = {"rows": rows, "columns": columns, "order": order}
        self._plain = Statement(_ROW.format(**plain, **given), planned_each_time=True)
        self._fitting = Statement(head + _ROW.format(**fitting, **given), planned_each_time=True)

    def for_(self, choice: Choice) -> Statement:
        """The form for a choice."""
        return self._fitting if choice.themes else self._plain
