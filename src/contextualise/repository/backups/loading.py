"""Puts a whole database in: all of it in one transaction, so that a failure leaves what was there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection, sql
from sqlalchemy import Connection as AlchemyConnection
from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

from contextualise.repository.backups.patience import take_all_time
from contextualise.repository.database import sqlalchemy_url
from contextualise.repository.migrate import upgrade_on


@dataclass(frozen=True, slots=True)
class Target:
    """What is in the database that is to be filled."""

    name: str
    is_ours: bool  # made by this program, or without any table
    is_empty: bool  # nobody has an account and there is no map
    others: int  # connections of others under the same account: a server that runs


class Loading:
    """An open transaction on a database that is being filled."""

    def __init__(self, connection: AlchemyConnection) -> None:
        self._alchemy = connection
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._connection: Connection[Any] = driver
        self._aside: list[sql.SQL] = []

    def target(self) -> Target:
        """What is there before."""
        row = self._connection.execute(_TARGET).fetchone()
        assert row is not None
        name, tables, ours, others = row
        is_empty = not ours or not self._one("SELECT EXISTS (SELECT FROM app_user) OR EXISTS (SELECT FROM map)")
        return Target(name, bool(ours) or not tables, is_empty, others)

    def begin_again(self, revision: str) -> None:
        """Drop everything and make the schema of a revision, without what only slows down the filling."""
        for kind, name in self._connection.execute(_DROPPED).fetchall():
            # Names come quoted from PostgreSQL; what went with something else before is no longer there.
            self._connection.execute(sql.SQL(f"DROP {kind} IF EXISTS {name} CASCADE"))
        upgrade_on(self._alchemy, revision)
        self._connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for drop, make, _ in self._connection.execute(_SLOW).fetchall():
            self._connection.execute(sql.SQL(drop))
            self._aside.append(sql.SQL(make))

    def fill(self, table: str, columns: Sequence[str], pieces: Iterable[bytes]) -> None:
        """Fill a table with rows in the form that `Snapshot.rows` gives; what a migration put there goes."""
        self._connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for piece in pieces:
                copy.write(piece)

    def set_sequences(self, states: Mapping[str, tuple[int, bool]]) -> None:
        """Let the sequences go on where they stood."""
        for name, (last, is_called) in states.items():
            self._connection.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", [name, last, is_called])

    def complete(self) -> None:
        """Make indexes and foreign keys, which proves what they promise, then bring the schema to this version."""
        for make in self._aside:
            self._connection.execute(make)
        upgrade_on(self._alchemy, "head")

    def _one(self, statement: str) -> Any:
        row = self._connection.execute(sql.SQL(statement)).fetchone()
        return row[0] if row else None


@contextmanager
def loading(url: str) -> Iterator[Loading]:
    """A transaction that is committed when the block ends well, and otherwise leaves everything as it was."""
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    event.listen(engine, "connect", lambda connection, _: take_all_time(connection))
    with engine.begin() as connection:
        yield Loading(connection)


def refresh_statistics(url: str) -> None:
    """What PostgreSQL would do by itself after a while: until then it plans badly."""
    with psycopg.connect(url.replace("postgres://", "postgresql://", 1), autocommit=True) as connection:
        take_all_time(connection)
        connection.execute("VACUUM (ANALYZE)")


_TARGET = """
SELECT current_database(),
  (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')),
  to_regclass('public.alembic_version') IS NOT NULL AND to_regclass('public.app_user') IS NOT NULL
    AND to_regclass('public.map') IS NOT NULL,
  (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user
    AND pid <> pg_backend_pid() AND backend_type = 'client backend')
"""
# Everything but what belongs to an extension.
_DROPPED = """
SELECT kind, name FROM (
  SELECT 1 AS turn, CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, oid, oid::regclass::text AS name
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
  UNION ALL
  SELECT 2, 'FUNCTION', oid, oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
  UNION ALL
  SELECT 3, 'TEXT SEARCH CONFIGURATION', oid, oid::regconfig::text FROM pg_ts_config WHERE cfgnamespace = 'public'::regnamespace
) AS found
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = found.oid AND d.deptype = 'e')
ORDER BY turn, kind DESC, name
"""
_SLOW = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
  format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)), 2 AS after
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
UNION ALL
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid), 1
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY 3
"""
