"""A PostgreSQL server of our own in a folder, for the one-command run and for the tests."""

from contextualise.embedded.postgres.binaries import find_binaries
from contextualise.embedded.postgres.errors import PostgresError
from contextualise.embedded.postgres.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "PostgresError", "find_binaries"]
