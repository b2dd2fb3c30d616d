"""`contextualise backup`: a copy of the site, while it is used."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rich_click as click
from click.exceptions import Exit

from contextualise.cli.showing import shown
from contextualise.cli.site import Site, on_site
from contextualise.domain.backups import BackedUp, BackupError, BackupFolder, back_up, prune
from contextualise.domain.transfer import Progress
from contextualise.embedded.locks import FileLock


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--keep", metavar="N", type=click.IntRange(min=1), default=None, help="Afterwards keep only the latest N backups.")
def backup(directory: Path, keep: int | None) -> None:
    """Copy the database and all files of the site into DIR, as of one moment, while people go on working.

    DIR is new, empty, or holds earlier backups: what is there already is not copied again. What is interrupted can simply be started again.
    """
    os.umask(0o077)
    folder = BackupFolder(directory.absolute())

    async def work(site: Site) -> BackedUp:
        progress = Progress()
        async with shown(progress):
            return await back_up(site.database_url, site.objects, folder, progress)

    with locked(folder):
        made = on_site(work, migrated=False)
        click.echo(sentence(made))
        if keep is not None:
            backups, files = prune(folder, keep)
            if backups:
                click.echo(f"{backups} older backups are deleted, and {files:,} files that only they had.")
    if made.copied.missing_count:
        examples = ", ".join(made.copied.missing) + (", …" if made.copied.missing_count > len(made.copied.missing) else "")
        click.echo(
            f"{made.copied.missing_count:,} files that the database names are missing or damaged in the store, and so in the backup"
            f" ({examples}). `contextualise doctor` says more.",
            err=True,
        )
        raise Exit(1)


def sentence(made: BackedUp) -> str:
    """What was done, in a line."""
    rows = sum(table.rows for table in made.manifest.tables)
    copied = made.copied
    return (
        f"Backed up into {made.path}: {made.manifest.rows_of('map'):,} maps, {made.manifest.rows_of('topic'):,} topics, {rows:,} rows,"
        f" {copied.objects:,} files with {copied.bytes / 1e6:,.1f} MB ({copied.new:,} new, {copied.new_bytes / 1e6:,.1f} MB)."
    )


@contextmanager
def locked(folder: BackupFolder) -> Iterator[None]:
    """Hold a folder of backups while the block runs; a second command on it ends with one line."""
    try:
        folder.prepare()
        lock = FileLock(folder.root / ".lock")
        got = lock.try_acquire()
    except (OSError, BackupError) as error:
        raise _stop(str(error) if isinstance(error, BackupError) else f"{folder.root}: cannot be used ({error.strerror}).") from error
    if not got:
        raise _stop(f"{folder.root}: another backup into it is under way.")
    try:
        yield
    except BackupError as error:
        raise _stop(str(error)) from error
    finally:
        lock.release()


def _stop(message: str) -> Exit:
    click.echo(message, err=True)
    return Exit(1)
