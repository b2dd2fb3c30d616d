"""What the commands that work on a site's data begin with: settings, a migrated database, the object store."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import rich_click as click
from click.exceptions import Exit
from psycopg import OperationalError as DriverError
from sqlalchemy.exc import OperationalError

from contextualise.domain.errors import DomainError
from contextualise.embedded.database import running_database
from contextualise.embedded.postgres import PostgresError
from contextualise.objects import ObjectStore, StoreUnavailable, open_store
from contextualise.repository.database import Database
from contextualise.repository.migrate import upgrade
from contextualise.settings import Settings, SettingsError, load_settings

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Site:
    """A site's data, opened for one command."""

    settings: Settings
    database: Database
    objects: ObjectStore
    database_url: str


def on_site(work: Callable[[Site], Awaitable[Result]], *, migrated: bool = True) -> Result:
    """Run the work on the site that the environment names; its database is started for the time if no server runs.

    The database is brought to the schema of this version before, unless the work takes it as it is.
    Bad settings end the command with status 2, everything that a person can mend with status 1, each with one line.
    """
    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        raise _stop(str(error), 2) from error
    try:
        with running_database(settings.database_url, settings.postgres_folder, settings.postgres_bin) as url:
            if migrated:
                upgrade(url)
            return asyncio.run(_work(settings, url, work))
    except OperationalError as error:
        raise _stop(f"DATABASE_URL: the database cannot be used: {str(error.orig).strip().splitlines()[0]}", 1) from error
    except DriverError as error:
        raise _stop(f"DATABASE_URL: the database cannot be used: {str(error).strip().splitlines()[0]}", 1) from error
    except (PostgresError, StoreUnavailable, DomainError) as error:
        raise _stop(str(error), 1) from error


async def _work(settings: Settings, url: str, work: Callable[[Site], Awaitable[Result]]) -> Result:
    database = Database(url, pool_size=2)
    try:
        return await work(Site(settings, database, open_store(settings.objects_folder, settings.s3), url))
    finally:
        await database.close()


def _stop(message: str, status: int) -> Exit:
    click.echo(message, err=True)
    return Exit(status)
