"""Pages that follow what others do."""

from contextualise.web.live import presence, streaming

ROUTES = [*streaming.ROUTES, *presence.ROUTES]
