"""The one kind of error the embedded server raises."""


class PostgresError(RuntimeError):
    """The embedded PostgreSQL could not be found, set up or started; the message says why in one line or a few."""
