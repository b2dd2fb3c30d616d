"""Every route of the application, one module of handlers per feature."""

from litestar.types import ControllerRouterHandler

from contextualise.web import (
    accounts,
    admin,
    contexts,
    files,
    going_to,
    graph,
    health,
    home,
    importing,
    maps,
    references,
    setup,
    sign_in,
    static,
    trash,
    undoing,
)
from contextualise.web.associations import editing as editing_associations
from contextualise.web.associations import linking
from contextualise.web.associations import showing as showing_associations
from contextualise.web.history import timelines
from contextualise.web.notes import editing as editing_notes
from contextualise.web.notes import inbox
from contextualise.web.notes import moving as moving_notes
from contextualise.web.topics import (
    creating,
    dates,
    deleting,
    details,
    facts,
    history,
    identity,
    listing,
    merging,
    names,
    places,
    showing,
    tagging,
    texts,
    values,
)

ROUTES: list[ControllerRouterHandler] = [
    health.alive,
    health.ready,
    static.static_file,
    static.well_known,
    *home.ROUTES,
    *setup.ROUTES,
    *sign_in.ROUTES,
    *accounts.ROUTES,
    *admin.ROUTES,
    *maps.ROUTES,
    *importing.ROUTES,
    *showing.ROUTES,
    *listing.ROUTES,
    *showing_associations.ROUTES,
    *contexts.ROUTES,
    *graph.ROUTES,
    *inbox.ROUTES,
    *editing_notes.ROUTES,
    *moving_notes.ROUTES,
    *going_to.ROUTES,
    *references.ROUTES,
    *files.ROUTES,
    *creating.ROUTES,
    *names.ROUTES,
    *identity.ROUTES,
    *texts.ROUTES,
    *values.ROUTES,
    *facts.ROUTES,
    *dates.ROUTES,
    *places.ROUTES,
    *tagging.ROUTES,
    *merging.ROUTES,
    *deleting.ROUTES,
    *linking.ROUTES,
    *editing_associations.ROUTES,
    *undoing.ROUTES,
    *trash.ROUTES,
    *history.ROUTES,
    *timelines.ROUTES,
    *details.ROUTES,
]
