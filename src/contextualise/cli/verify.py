"""`contextualise verify`: whether backups are whole."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

import rich_click as click
from click.exceptions import Exit

from contextualise.cli.doctor import examine, line_of
from contextualise.cli.showing import shown
from contextualise.domain.backups import BackupError, BackupFolder, Verified, restore
from contextualise.domain.backups import verify as verify_folder
from contextualise.domain.errors import DomainError
from contextualise.domain.transfer import Progress
from contextualise.embedded.postgres import EmbeddedPostgres, PostgresError
from contextualise.objects import FolderStore, StoreUnavailable
from contextualise.repository.database import Database
from contextualise.settings import SettingsError, load_settings


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--deep",
    is_flag=True,
    help="Also restore the latest backup into a PostgreSQL and a folder made for it, and let the doctor look at that.",
)
def verify(directory: Path, deep: bool) -> None:
    """Read everything in DIR and prove that it is as it was written, that every row is there and every file that a row names.

    No database and no settings are needed. The status is 1 when something is wrong; each fault names the file.
    """
    folder = BackupFolder(directory.absolute())
    try:
        verified = asyncio.run(_verify(folder))
    except BackupError as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"{error.filename or directory}: cannot be read ({error.strerror}).") from error
    tell(verified)
    if verified.problems:
        raise Exit(1)
    if deep:
        verify_deeply(folder)


async def _verify(folder: BackupFolder) -> Verified:
    progress = Progress()
    async with shown(progress):
        return await asyncio.to_thread(verify_folder, folder, progress)


def tell(verified: Verified) -> None:
    """Say what was found."""
    for name in verified.unfinished:
        click.echo(f"{name} was interrupted and is no backup; the next one removes it.", err=True)
    if verified.missing:
        click.echo(f"{verified.missing:,} files were missing in the store already when the backups were made.", err=True)
    for line in verified.problems:
        click.echo(line)
    if verified.more:
        click.echo(f"… and {verified.more:,} faults more.")
    if not verified.problems:
        backups = f"{verified.backups} {'backup is' if verified.backups == 1 else 'backups are'}"
        size = f"{verified.object_bytes / 1e6:,.1f} MB"
        click.echo(f"{backups} whole: {verified.rows:,} rows, {verified.objects:,} files with {size}.")


def verify_deeply(folder: BackupFolder) -> None:
    """Restore the latest backup beside everything else, and look at it with the doctor."""
    scratch = Path(tempfile.mkdtemp(prefix="contextualise-verify-"))
    scratch.chmod(0o711)  # the embedded PostgreSQL may run under an account of its own
    try:
        binaries = load_settings({**os.environ, "STORAGE": str(scratch)}).postgres_bin
        with EmbeddedPostgres(scratch / "postgres", fast=True, binaries=binaries) as server:
            faults = asyncio.run(_restore_and_examine(server.url, scratch / "objects", folder))
    except (DomainError, PostgresError, SettingsError, StoreUnavailable) as error:
        raise _stop(str(error)) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if faults:
        raise Exit(1)
    click.echo("Restored into a database of its own, it is as it should be.")


async def _restore_and_examine(url: str, objects_folder: Path, folder: BackupFolder) -> int:
    objects = FolderStore(objects_folder)
    progress = Progress()
    async with shown(progress):
        await restore(url, objects, folder, progress)
    database = Database(url, pool_size=2)
    try:
        findings = (await examine(database, objects)).findings
    finally:
        await database.close()
    for finding in findings:
        if finding.is_fault:
            click.echo(line_of(finding))
    return sum(finding.is_fault for finding in findings)


def _stop(message: str) -> Exit:
    click.echo(message, err=True)
    return Exit(1)
