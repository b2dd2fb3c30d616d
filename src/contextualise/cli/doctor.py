"""`contextualise doctor`: whether the data of this site is as it should be."""

import rich_click as click
from click.exceptions import Exit

from contextualise.cli.showing import steps
from contextualise.cli.site import Site, on_site
from contextualise.domain.doctor import Finding, check_map, check_objects, map_ids


@click.command()
@click.option("--map", "only", metavar="ID", type=int, default=None, help="Look at this map alone, and not at the store's leftovers.")
def doctor(only: int | None) -> None:
    """Check every invariant of the data that the database itself does not, and compare the object store with it.

    Nothing is changed. The status is 1 when something is wrong; what is merely left over is told and does no harm.
    """

    async def work(site: Site) -> list[Finding]:
        async with site.database.reading() as connection:
            maps = [only] if only is not None else await map_ids(connection)
            findings: list[Finding] = []
            with steps("Looking at maps", len(maps)) as step:
                for map_id in maps:
                    findings += await check_map(connection, map_id)
                    step()
            found = await check_objects(connection, site.objects, maps)
        return findings + [finding for finding in found if only is None or finding.is_fault]

    findings = on_site(work)
    for finding in findings:
        click.echo(_line(finding))
    faults = sum(finding.is_fault for finding in findings)
    click.echo("Everything is as it should be." if not faults else f"{faults} kinds of faults. See above.")
    if faults:
        raise Exit(1)


def _line(finding: Finding) -> str:
    where = f"map {finding.map_id}: " if finding.map_id else ""
    examples = ", ".join(finding.examples)
    more = ", …" if finding.count > len(finding.examples) else ""
    return f"{where}{finding.count:,} {finding.sentence} ({examples}{more})"
