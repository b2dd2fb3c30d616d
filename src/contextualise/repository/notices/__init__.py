"""Statements about what the product tells people; each module is imported by itself, for every request needs one of them."""
