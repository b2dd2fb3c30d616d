"""`contextualise migrate`: bring the database to the schema of this version."""

import rich_click as click

from contextualise.cli.site import Site, on_site
from contextualise.domain.upgrading import complete_maps
from contextualise.repository.migrate import head


@click.command()
def migrate() -> None:
    """Bring the database to the schema that this version needs; `serve` does the same when it starts."""
    on_site(_said)


async def _said(site: Site) -> None:
    completed = await complete_maps(site.database)
    if completed:
        click.echo(f"{completed:,} maps have got base topics that they lacked.")
    click.echo(f"The database is at revision {head()}.")
