"""`contextualise reindex`: make anew what is made from other things."""

import rich_click as click
from click.exceptions import Exit

from contextualise.cli.showing import steps
from contextualise.cli.site import Site, on_site
from contextualise.domain.doctor import map_ids, reindex_map


@click.command()
@click.option("--map", "only", metavar="ID", type=int, default=None, help="Do this map alone.")
def reindex(only: int | None) -> None:
    """Render all texts again, resolve their links, and rebuild keys, numbers, labels and counts; add base topics that are missing.

    Statements and history stay as they are. Each map is done at once or not at all.
    """

    async def work(site: Site) -> list[str]:
        async with site.database.reading() as connection:
            maps = [only] if only is not None else await map_ids(connection)
        failed: list[str] = []
        with steps("Rebuilding maps", len(maps)) as step:
            for map_id in maps:
                async with site.database.writing() as session:
                    failed += await reindex_map(session, site.objects, map_id)
                step()
        return failed

    failed = on_site(work)
    for line in failed:
        click.echo(line, err=True)
    click.echo("Everything is rebuilt." if not failed else f"Rebuilt, but for {len(failed):,} texts.")
    if failed:
        raise Exit(1)
