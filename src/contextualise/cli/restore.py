"""`contextualise restore`: a site from its backup."""

import sys
from pathlib import Path

import rich_click as click
from click.exceptions import Exit

from contextualise.cli.doctor import examine, line_of
from contextualise.cli.showing import shown
from contextualise.cli.site import Site, on_site
from contextualise.domain.backups import BackupError, BackupFolder, Restored, look_at
from contextualise.domain.backups import restore as restore_backup
from contextualise.domain.doctor import Finding
from contextualise.domain.transfer import Progress
from contextualise.domain.upgrading import complete_maps


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--backup", "name", metavar="NAME", default=None, help="Restore this backup of DIR; without it, the latest.")
@click.option("--replace", is_flag=True, help="Replace a site that is not empty; the name of its database is asked for.")
def restore(directory: Path, name: str | None, replace: bool) -> None:
    """Put a backup of DIR into the database and the object store that the settings name, whatever kind those are.

    Both are to be empty and no server may run on them. An older backup is brought to this
    version. Afterwards the doctor looks at everything.
    """
    folder = BackupFolder(directory.absolute())

    async def work(site: Site) -> tuple[Restored, list[Finding]]:
        if replace:
            confirm(site.database_url)
        progress = Progress()
        async with shown(progress):
            restored = await restore_backup(site.database_url, site.objects, folder, progress, name=name, replace=replace)
        await complete_maps(site.database)
        return restored, list((await examine(site.database, site.objects)).findings)

    restored, findings = on_site(work, migrated=False)
    counts = f"{restored.maps:,} maps, {restored.topics:,} topics, {restored.rows:,} rows, {restored.objects:,} files"
    click.echo(f"Restored from {restored.path}: {counts}.")
    if restored.missing:
        click.echo(f"{restored.missing:,} files were missing already when the backup was made.", err=True)
    for finding in findings:
        click.echo(line_of(finding))
    if any(finding.is_fault for finding in findings):
        raise Exit(1)
    click.echo("Everything is as it should be. Everybody has to sign in again.")


def confirm(database_url: str) -> None:
    """Ask for the name of the database whose content is to go; raises `BackupError` for another answer."""
    target = look_at(database_url)
    if target.is_empty and target.is_ours:
        return
    click.echo(f"All that is in the database {target.name} will be replaced. Type its name to go on: ", nl=False)
    if sys.stdin.readline().strip() != target.name:
        raise BackupError("That is not its name. Nothing was changed.")
