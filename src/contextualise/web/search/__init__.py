"""Searching a map, or all maps that the reader may see."""

from contextualise.web.search.searching import ROUTES

__all__ = ["ROUTES"]
