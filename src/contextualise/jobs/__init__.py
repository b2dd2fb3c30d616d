"""Work that outlives a request, and housekeeping; any number of processes may run it beside each other."""

from contextualise.jobs.running import run_jobs, run_next

__all__ = ["run_jobs", "run_next"]
