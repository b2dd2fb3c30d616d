"""What the pages of topics show: one typed context per template."""

from contextualise.web.pages.topics.page import TopicPage, topic_page

__all__ = ["TopicPage", "topic_page"]
