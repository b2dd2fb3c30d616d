"""Indexes over a map: everything of one kind that its topics have."""

from contextualise.web.resources.removing import ROUTES as REMOVING
from contextualise.web.resources.showing import ROUTES as SHOWING

ROUTES = [*SHOWING, *REMOVING]
