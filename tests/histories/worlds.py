"""A map that random histories are lived through in, and what it is like at each moment."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.objects import FolderStore
from tests.factories import make_map, make_topics

# Everything a change decides; when, by whom and in which row a set of themes is kept is left out.
STATE = """
    SELECT jsonb_build_object(
      'topic', (SELECT jsonb_agg(jsonb_build_array(id, slug, label, is_base, is_hidden) ORDER BY id) FROM topic WHERE map_id = :m),
      'types', (SELECT jsonb_agg(jsonb_build_array(topic_id, type_id) ORDER BY topic_id, type_id) FROM topic_type WHERE map_id = :m),
      'identifier', (SELECT jsonb_agg(jsonb_build_array(kind, iri, construct_id) ORDER BY kind, iri) FROM identifier WHERE map_id = :m),
      'name', (SELECT jsonb_agg(jsonb_build_array(n.id, topic_id, type_id, s.key, value, n.key) ORDER BY n.id)
               FROM name n JOIN scope s ON s.map_id = n.map_id AND s.id = n.scope_id WHERE n.map_id = :m),
      'variant', (SELECT jsonb_agg(jsonb_build_array(v.id, name_id, s.key, datatype, value) ORDER BY v.id)
                  FROM variant v JOIN scope s ON s.map_id = v.map_id AND s.id = v.scope_id WHERE v.map_id = :m),
      'occurrence', (SELECT jsonb_agg(jsonb_build_array(o.id, topic_id, type_id, s.key, datatype, value, title, num) ORDER BY o.id)
                     FROM occurrence o JOIN scope s ON s.map_id = o.map_id AND s.id = o.scope_id WHERE o.map_id = :m),
      'association', (SELECT jsonb_agg(jsonb_build_array(a.id, type_id, s.key, sig) ORDER BY a.id)
                      FROM association a JOIN scope s ON s.map_id = a.map_id AND s.id = a.scope_id WHERE a.map_id = :m),
      'role', (SELECT jsonb_agg(jsonb_build_array(id, association_id, type_id, player_id) ORDER BY id) FROM role WHERE map_id = :m),
      'reified', (SELECT jsonb_agg(jsonb_build_array(reifier_id, construct_id, kind) ORDER BY reifier_id)
                  FROM reification WHERE map_id = :m),
      'links', (SELECT jsonb_agg(jsonb_build_array(encode(sha256, 'hex'), position, topic_id) ORDER BY sha256, position)
                FROM content_link l WHERE map_id = :m
                AND EXISTS (SELECT FROM occurrence o WHERE o.map_id = l.map_id AND o.sha256 = l.sha256)),
      'count', (SELECT topic_count FROM map WHERE id = :m))
"""


@dataclass
class World:
    """One map, and what it was like before each change."""

    session: AsyncSession
    objects: FolderStore
    map_id: int
    before: dict[int, str] = field(default_factory=dict)

    @classmethod
    async def made(cls, session: AsyncSession, folder: Path) -> Self:
        """A new map with three topics."""
        world = cls(session, FolderStore(folder), await make_map(session))
        await make_topics(session, world.map_id, "Tosca", "Rome", "Act")
        return world

    async def ids(self, table: str, condition: str = "true") -> list[int]:
        rows = await self.session.execute(text(f"SELECT id FROM {table} WHERE map_id = :m AND {condition} ORDER BY id"), {"m": self.map_id})
        return list(rows.scalars())

    async def pick(self, number: int, table: str, condition: str = "true") -> int:
        ids = await self.ids(table, condition)
        return ids[number % len(ids)] if ids else 0

    async def topic(self, number: int) -> int:
        """Mostly topics that people made, base topics now and then."""
        return await self.pick(number, "topic", "NOT is_hidden AND (NOT is_base OR slug IN ('related', 'member', 'eng', 'universal'))")

    async def name(self, number: int) -> int:
        """Mostly a name that people gave, now and then one of a base topic."""
        own = "topic_id IN (SELECT id FROM topic WHERE NOT is_base)"
        return await self.pick(number, "name", own if number % 7 else "true")

    async def some_topics(self, *numbers: int) -> list[int]:
        """None, one or several of them: every third number means nothing."""
        return [await self.topic(number) for number in numbers if number % 3]

    async def construct(self, number: int) -> int:
        table = ("topic", "name", "occurrence", "association", "role", "variant")[number % 6]
        return await self.name(number // 6) if table == "name" else await self.pick(number // 6, table)

    async def state(self) -> str:
        value = (await self.session.execute(text(STATE), {"m": self.map_id})).scalar_one()
        return json.dumps(value, indent=1, sort_keys=True)

    async def version(self) -> int:
        return (await self.session.execute(text("SELECT version FROM map WHERE id = :m"), {"m": self.map_id})).scalar_one()
