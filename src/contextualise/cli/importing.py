"""`contextualise import`: a file becomes a map."""

from pathlib import Path

import rich_click as click

from contextualise.cli.showing import shown
from contextualise.cli.site import Site, on_site
from contextualise.domain.accounts import email_key
from contextualise.domain.errors import DomainError
from contextualise.domain.transfer import Imported, Progress, import_map, read_file
from contextualise.repository.transfer import find_owner


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "title", metavar="TITLE", default="", help="Title of the new map; without it, what the file calls itself.")
@click.option("--owner", metavar="EMAIL", default="", help="Whose map it becomes; without it, the first administrator's.")
@click.option("--publish", is_flag=True, help="Let everybody read the map.")
def import_map_command(file: Path, title: str, owner: str, publish: bool) -> None:
    """Import FILE (XTM 1.0, 2.0 or 2.1; also .gz or .zip) as a new map.

    Either all of it is imported or nothing. Files that the map merges are looked for beside it only.
    """

    async def work(site: Site) -> Imported:
        progress = Progress()
        async with shown(progress):
            return await _import(site, file, title, owner, publish, progress)

    imported = on_site(work)
    for warning in imported.warnings:
        click.echo(warning, err=True)
    if imported.more_warnings:
        click.echo(f"and {imported.more_warnings} more warnings like these", err=True)
    click.echo(f"{imported.sentence} It is map {imported.map_id}.")


async def _import(site: Site, file: Path, title: str, owner: str, publish: bool, progress: Progress) -> Imported:
    async with site.database.reading() as connection:
        owner_id = await find_owner(connection, (email_key(owner) or "") if owner else None)
    if owner_id is None:
        raise DomainError(
            f"--owner: nobody has the address {owner}." if owner else "Nobody has an account yet; make one with `contextualise user add`."
        )
    megabytes = site.settings.max_import_mb
    reading = await read_file(file, file_name=str(file), megabytes=megabytes, progress=progress, beside=file)
    async with site.database.writing() as session:
        return await import_map(session, reading, owner_id=owner_id, title=title, publish=publish, progress=progress)
