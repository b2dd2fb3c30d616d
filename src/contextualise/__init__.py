"""Contextualise organises knowledge as topic maps (ISO 13250)."""

__version__ = "0.1.0"
