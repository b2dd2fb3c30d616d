"""Work that outlives a request, and housekeeping; any number of processes may run it beside each other."""

from contextualise.jobs.housekeeping import keep_house, tidy_up
from contextualise.jobs.mailing import run_mail
from contextualise.jobs.running import run_jobs, run_next
from contextualise.jobs.telling import run_notices
from contextualise.jobs.troubles import run_troubles
from contextualise.jobs.work import Stores

__all__ = ["Stores", "keep_house", "run_jobs", "run_mail", "run_next", "run_notices", "run_troubles", "tidy_up"]
