"""What topics of a map have, over the whole map: one list for each kind of occurrence, and how many there are of each."""

from contextualise.repository.reading.resources.counting import COUNTED, KindCount, count_kinds
from contextualise.repository.reading.resources.listing import (
    FEW,
    KEYS,
    PER_PAGE,
    WALKED,
    Chosen,
    Listing,
    Order,
    Place,
    Resource,
    TypeName,
    Way,
    list_resources,
)

__all__ = [
    "COUNTED",
    "FEW",
    "KEYS",
    "PER_PAGE",
    "WALKED",
    "Chosen",
    "KindCount",
    "Listing",
    "Order",
    "Place",
    "Resource",
    "TypeName",
    "Way",
    "count_kinds",
    "list_resources",
]
