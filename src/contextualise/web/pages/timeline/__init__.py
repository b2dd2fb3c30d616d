"""The timeline of a map: the drawing, the same as a list, and where one can go from there."""

from contextualise.web.pages.timeline.page import PER_PAGE, Asked, TimelinePage, asked_window, timeline_page, whole

__all__ = ["PER_PAGE", "Asked", "TimelinePage", "asked_window", "timeline_page", "whole"]
