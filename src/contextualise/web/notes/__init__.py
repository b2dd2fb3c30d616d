"""Notes: the inbox of a map, notes on topics, and the ways between the two."""
