"""Work that outlives a request, and housekeeping; any number of processes may run it beside each other."""

from contextualise.jobs.running import run_jobs, run_next
from contextualise.jobs.work import Stores

__all__ = ["Stores", "run_jobs", "run_next"]
