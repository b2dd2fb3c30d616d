"""`contextualise migrate`: bring the database to the schema of this version."""

import rich_click as click

from contextualise.cli.site import Site, on_site
from contextualise.repository.migrate import head


@click.command()
def migrate() -> None:
    """Bring the database to the schema that this version needs; `serve` does the same when it starts."""
    on_site(_said)


async def _said(site: Site) -> None:
    click.echo(f"The database is at revision {head()}.")
