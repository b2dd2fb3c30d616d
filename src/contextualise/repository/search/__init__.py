"""Searching maps: what is asked for, where it is found, and what is told about it."""

from contextualise.repository.search.details import Reified, StatementTold, Told, TopicTold, describe
from contextualise.repository.search.facets import NONE, Facet, Facets, count_facets
from contextualise.repository.search.finding import LONG_PATIENCE, PATIENCE, find
from contextualise.repository.search.ground import Filters, Ground, Named, survey
from contextualise.repository.search.hits import RESEMBLING, Found, Hit, Match
from contextualise.repository.search.maps import VisibleMap, visible_maps
from contextualise.repository.search.query import Query, parse
from contextualise.repository.search.statements import COUNTED, KINDS

__all__ = [
    "COUNTED",
    "KINDS",
    "LONG_PATIENCE",
    "NONE",
    "PATIENCE",
    "RESEMBLING",
    "Facet",
    "Facets",
    "Filters",
    "Found",
    "Ground",
    "Hit",
    "Match",
    "Named",
    "Query",
    "Reified",
    "StatementTold",
    "Told",
    "TopicTold",
    "VisibleMap",
    "count_facets",
    "describe",
    "find",
    "parse",
    "survey",
    "visible_maps",
]
