"""The context of a statement: a set of themes."""

from collections.abc import Collection

from contextualise.domain.base_topics import base_ids
from contextualise.domain.inputs import require_topics
from contextualise.repository import scopes
from contextualise.repository.journal import Journal


async def scope_of(journal: Journal, theme_ids: Collection[int], *, field: str = "scope_ids") -> int:
    """The id of the scope with these themes; raises `Invalid` for a theme that is no topic of the map.

    `universal` is the absence of a context, not a context: it counts for nothing.
    """
    themes = set(theme_ids)
    if not themes:
        return scopes.UNCONSTRAINED
    themes -= set((await base_ids(journal.session, journal.map_id, ["universal"])).values())
    await require_topics(journal.session, journal.map_id, {field: themes})
    return await scopes.intern_scope(journal.session, journal.map_id, themes)
