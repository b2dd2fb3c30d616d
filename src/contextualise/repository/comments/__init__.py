"""Statements about comments: what people say to each other about a statement or a topic of a map."""
