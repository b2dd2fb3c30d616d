"""Comments: reading, writing, and what both begin with."""

from contextualise.web.comments.showing import ROUTES as READING
from contextualise.web.comments.writing import ROUTES as WRITING

ROUTES = [*READING, *WRITING]
