"""Parts of the statements: a topic and the themes of a scope, as arrays in the order of the dataclasses' fields."""

from collections.abc import Sequence
from typing import Any

from contextualise.repository.drafts.records import Theme

# Aggregates below are written as arrays in the order of the dataclasses' fields.
REF = "json_build_array({t}.id, {t}.slug, {t}.label, '')"


def ref(table: str) -> str:
    return REF.format(t=table)


THEMES = """
    (SELECT coalesce(json_agg(json_build_array(h.id, h.slug, h.label, EXISTS (
        SELECT FROM topic_type tt JOIN topic l ON l.map_id = tt.map_id AND l.id = tt.type_id AND l.is_base AND l.slug = 'language'
        WHERE tt.map_id = h.map_id AND tt.topic_id = h.id)) ORDER BY h.sort_key, h.id), '[]')
     FROM scope_theme st JOIN topic h ON h.map_id = st.map_id AND h.id = st.topic_id
     WHERE st.map_id = :map_id AND st.scope_id = {scope})
"""


def themes_in(scope: str) -> str:
    return THEMES.format(scope=scope)


def read_themes(rows: Sequence[Sequence[Any]]) -> tuple[Theme, ...]:
    return tuple(Theme(*row) for row in rows)
