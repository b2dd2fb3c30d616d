"""Associations: their pages and their forms."""
