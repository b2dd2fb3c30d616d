"""Tells what a file is from what is in it, never from its name or from what a browser calls it."""

from contextualise.lib.media_types.recognising import recognise
from contextualise.lib.media_types.source import UNKNOWN, Held, Recognised, Source

__all__ = ["UNKNOWN", "Held", "Recognised", "Source", "recognise"]
