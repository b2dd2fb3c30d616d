"""What the search page shows."""

from contextualise.web.pages.search.page import SearchPage, key_of, search_all_page, search_map_page

__all__ = ["SearchPage", "key_of", "search_all_page", "search_map_page"]
