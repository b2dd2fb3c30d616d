"""Deletes what somebody who left has left behind."""

from contextualise.domain.leaving import purge_left
from contextualise.jobs.work import Outcome, Running


async def purge_maps_of(running: Running) -> Outcome:
    """Delete the maps of the person that the job names."""
    count = await purge_left(running.database, running.objects, int(running.job.arguments["user_id"]))
    return Outcome(f"{count} maps")
