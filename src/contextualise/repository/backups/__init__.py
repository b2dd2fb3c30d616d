"""Statements that take a whole database out as of one moment, and put one in."""
