"""Brings a database to the schema this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from contextualise.repository.database import sqlalchemy_url

# Any constant will do: it keeps two processes that start together from migrating at the same time.
_LOCK = 20130250


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def upgrade(url: str) -> None:
    """Apply the missing migrations in one transaction; several processes may call it at once."""
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        upgrade_on(connection, "head")


def upgrade_on(connection: Connection, target: str) -> None:
    """Apply the migrations up to a revision, or to `head`, in the transaction that is open."""
    if revision(connection) == (head() if target == "head" else target):
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def knows(revision: str) -> bool:
    """Whether a revision is one of this version's own."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def revision(connection: Connection) -> str | None:
    """The revision the database is at; None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The revision this version of the program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()
