"""A whole database as of one moment: its tables by COPY, what its rows name in the object store, its sequences."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import Connection, sql

from contextualise.repository.backups.lease import hold_objects
from contextualise.repository.backups.patience import take_all_time

LEFT_OUT = frozenset({"user_session", "rate_limit", "presence", "job", "outgoing_mail", "trouble", "alembic_version"})
"""Tables whose rows mean something only to the processes that run now: a restored site must not send old mail or run old jobs."""

# What a reader without a database wants to walk in step with the list of objects.
_IN_ORDER = {"content": "map_id, sha256", "rendition": "map_id, sha256, width"}
_CHUNK = 1 << 20
_KEEPALIVE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 5}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the columns that are kept; what PostgreSQL computes itself is not among them."""

    name: str
    columns: Sequence[str]
    bytes: int  # on disk, with what is stored beside it


@dataclass(frozen=True, slots=True)
class Named:
    """An object that a row names: a content, or with a width a smaller picture of it."""

    map_id: int
    sha256: bytes
    width: int
    media_type: str
    size: int


class Snapshot:
    """The database as it was when the snapshot was taken, for as long as it is open; one table at a time is read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def revision(self) -> str:
        """The revision of the schema."""
        row = self._connection.execute("SELECT version_num FROM alembic_version").fetchone()
        assert row is not None, "a migrated database"
        return str(row[0])

    def tables(self) -> list[Table]:
        """All tables whose rows are kept, by name."""
        rows = self._connection.execute(_TABLES).fetchall()
        return [Table(name, tuple(columns), size) for name, columns, size in rows if name not in LEFT_OUT]

    def rows(self, table: Table) -> Iterator[bytes]:
        """The rows of a table in PostgreSQL's text form, one a line, in pieces of about a megabyte."""
        columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
        select = sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(table.name))
        if table.name in _IN_ORDER:
            select += sql.SQL(" ORDER BY " + _IN_ORDER[table.name])
        return self._copy(sql.SQL("COPY ({}) TO STDOUT").format(select))

    def sequences(self) -> dict[str, tuple[int, bool]]:
        """Where each sequence stands: its last value, and whether that was given out."""
        names = [row[0] for row in self._connection.execute(_SEQUENCES).fetchall()]
        states = {}
        for name in names:
            row = self._connection.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))).fetchone()
            assert row is not None
            states[name] = (int(row[0]), bool(row[1]))
        return states

    def objects(self) -> Iterator[Named]:
        """Everything in the object store that a row names: contents by map and hash, then smaller pictures, then what only a map names."""
        rest = b""
        for piece in self._copy(_OBJECTS):
            *lines, rest = (rest + piece).split(b"\n")
            yield from map(_named, lines)

    def close(self) -> None:
        """End the snapshot, so that PostgreSQL may clean up behind it; objects are held until the connection ends."""
        self._connection.execute("COMMIT")

    def is_held(self) -> bool:
        """Whether the connection is still there that keeps objects from being deleted."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _copy(self, statement: sql.SQL | sql.Composed) -> Iterator[bytes]:
        piece = bytearray()
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for line in copy:
                piece += line
                if len(piece) >= _CHUNK:
                    yield bytes(piece)
                    piece.clear()
        if piece:
            yield bytes(piece)


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """The database as of now, while people go on writing; raises `LeaseTaken` while another is open.

    Until the block ends no object is deleted that a row of the snapshot names.
    """
    with psycopg.connect(url.replace("postgres://", "postgresql://", 1), autocommit=True, **_KEEPALIVE) as connection:  # type: ignore[arg-type]  # options of libpq
        take_all_time(connection)
        hold_objects(connection)
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield Snapshot(connection)


_TABLES = """
SELECT c.relname,
  (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
  pg_table_size(c.oid)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
ORDER BY c.relname
"""
_SEQUENCES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY relname"
_OBJECTS = sql.SQL(
    """
    COPY (
      SELECT map_id, encode(sha256, 'hex'), width, media_type, bytes FROM (
        SELECT 1 AS part, map_id, sha256, 0 AS width, media_type, bytes FROM content
        UNION ALL
        SELECT 2, map_id, sha256, width, media_type, bytes FROM rendition
        UNION ALL
        SELECT 3, m.id, m.image_sha256, 0, 'image/webp', 0 FROM map m WHERE m.image_sha256 IS NOT NULL
          AND NOT EXISTS (SELECT FROM content k WHERE k.map_id = m.id AND k.sha256 = m.image_sha256)
      ) AS named ORDER BY part, map_id, sha256, width
    ) TO STDOUT
    """
)


def _named(line: bytes) -> Named:
    map_id, digest, width, media_type, size = line.decode().split("\t")
    if "\\" in media_type:  # COPY writes a control sign as an escape; no media type has one by right
        media_type = "application/octet-stream"
    return Named(int(map_id), bytes.fromhex(digest), int(width), media_type, int(size))
