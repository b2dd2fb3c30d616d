"""A database may be set to give up what takes long; backups take long."""

from typing import Any

from psycopg import Connection

# By name, because older versions do not know all of them.
_NO_LIMITS = """
SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN (
  'statement_timeout', 'lock_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')
"""


def take_all_time(connection: Connection[Any]) -> None:
    """Let nothing that is done on the connection be given up for its length; call it outside of a transaction."""
    connection.execute("SET statement_timeout = 0")
    connection.execute(_NO_LIMITS)
    if not connection.autocommit:
        connection.commit()
