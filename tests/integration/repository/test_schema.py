"""The mapped classes are the schema that the migrations make."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from contextualise.repository.database import Database
from contextualise.repository.migrate import head, revision, upgrade
from contextualise.repository.tables import Base


def differences(connection: Connection) -> list[Any]:
    """Tables, columns and types that one of the two has alone. Indexes are the migrations' own."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    kinds = ("add_table", "remove_table", "add_column", "remove_column", "modify_type", "modify_nullable")
    flat = [step for found in compare_metadata(context, Base.metadata) for step in (found if isinstance(found, list) else [found])]
    return [step for step in flat if step[0] in kinds]


async def test_classes_and_migrations_agree(database: Database) -> None:
    async with database.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_database_is_at_the_newest_migration(database: Database, database_url: str) -> None:
    upgrade(database_url)
    async with database.writer.connect() as connection:
        assert await connection.run_sync(revision) == head()


async def test_every_key_of_a_map_begins_with_the_map(database: Database) -> None:
    """So that the tables can be distributed by map."""
    statement = text(
        "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        " WHERE (i.indisprimary OR i.indisunique) AND EXISTS"
        " (SELECT FROM pg_attribute m WHERE m.attrelid = c.oid AND m.attname = 'map_id' AND m.attnotnull)"
    )
    async with database.writer.connect() as connection:
        found = [(row[0], row[1]) for row in await connection.execute(statement)]
    assert len(found) > 15
    assert [row for row in found if row[1] != "map_id"] == []


async def test_every_table_of_maps_is_looked_at_soon(database: Database) -> None:
    """A map that the planner has not met is joined as if it had one row."""
    statement = text(
        "SELECT c.relname, c.reloptions FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'map_id' WHERE c.relkind = 'r'"
    )
    async with database.writer.connect() as connection:
        found = {row[0]: row[1] or [] for row in await connection.execute(statement)}
    assert {"topic", "name", "change", "change_topic", "comment"} <= set(found)
    wanted = {"autovacuum_analyze_scale_factor=0", "autovacuum_analyze_threshold=500"}
    assert [name for name, options in found.items() if not wanted <= set(options)] == []
