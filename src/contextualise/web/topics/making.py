"""Makes the topics that a form's references name for the first time."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.topics import create_topic
from contextualise.web.forms.references import Reference, References


class Maker:
    """Gives references their ids; each new name is made once, however often the form repeats it."""

    def __init__(self, session: AsyncSession, map_id: int, user_id: int | None) -> None:
        self._session, self._map_id, self._user_id = session, map_id, user_id
        self._made: dict[str, int] = {}

    async def id_of(self, reference: Reference, *, type_ids: Collection[int] = ()) -> int:
        """The topic of a resolved reference that is not empty."""
        return reference.id if reference.id is not None else await self._make(reference.text, type_ids)

    async def id_or_none(self, reference: Reference) -> int | None:
        """The topic of a resolved reference, None for an empty one."""
        return None if reference.is_empty else await self.id_of(reference)

    async def ids_of(self, references: References) -> list[int]:
        """The topics of resolved references."""
        return [*references.ids, *[await self._make(name, ()) for name in references.names]]

    async def _make(self, name: str, type_ids: Collection[int]) -> int:
        if name not in self._made:
            saved = await create_topic(self._session, self._map_id, self._user_id, name=name, type_ids=type_ids)
            self._made[name] = saved.construct_id
        return self._made[name]
