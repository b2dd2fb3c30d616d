"""The graph around a topic: the drawing, and the same as a list."""

from contextualise.web.pages.graph.asked import Asked, wish_of
from contextualise.web.pages.graph.page import GraphPage, graph_page

__all__ = ["Asked", "GraphPage", "graph_page", "wish_of"]
