"""`contextualise doctor`: whether the data of this site is as it should be."""

import rich_click as click
from click.exceptions import Exit

from contextualise.cli.showing import steps
from contextualise.cli.site import Site, on_site
from contextualise.domain.doctor import Finding, Storage, Usage, check_map, check_storage, map_ids
from contextualise.objects import ObjectStore
from contextualise.repository.database import Database


@click.command()
@click.option("--map", "only", metavar="ID", type=int, default=None, help="Look at this map alone, and not at the store's leftovers.")
def doctor(only: int | None) -> None:
    """Check every invariant of the data that the database itself does not, and compare the object store with it.

    Nothing is changed. The status is 1 when something is wrong; what is merely left over is told and does no harm. What lies in the
    object store is told by map.
    """

    async def work(site: Site) -> Storage:
        return await examine(site.database, site.objects, only)

    examined = on_site(work)
    for used in examined.usage:
        if only in (None, used.map_id):
            click.echo(_used(used))
    for finding in examined.findings:
        click.echo(line_of(finding))
    faults = sum(finding.is_fault for finding in examined.findings)
    click.echo("Everything is as it should be." if not faults else f"{faults} kinds of faults. See above.")
    if faults:
        raise Exit(1)


async def examine(database: Database, objects: ObjectStore, only: int | None = None) -> Storage:
    """Everything that is wrong in the rows and in the store, and what lies there; of one map alone if it is named."""
    async with database.reading() as connection:
        maps = [only] if only is not None else await map_ids(connection)
        findings: list[Finding] = []
        with steps("Looking at maps", len(maps)) as step:
            for map_id in maps:
                findings += await check_map(connection, map_id)
                step()
        storage = await check_storage(connection, objects, maps)
    return Storage([*findings, *(finding for finding in storage.findings if only is None or finding.is_fault)], storage.usage)


def _used(used: Usage) -> str:
    what = f"map {used.map_id}{f', {used.title}' if used.title else ', which is no more'}" if used.map_id else "uploads under way"
    return f"{what}: {used.objects:,} {'object' if used.objects == 1 else 'objects'}, {used.bytes:,} bytes"


def line_of(finding: Finding) -> str:
    """A finding as a line for a person."""
    where = f"map {finding.map_id}: " if finding.map_id else ""
    examples = ", ".join(finding.examples)
    more = ", …" if finding.count > len(finding.examples) else ""
    return f"{where}{finding.count:,} {finding.sentence} ({examples}{more})"
