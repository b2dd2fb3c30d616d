"""Markdown texts: rendered once when they are written, with the links to topics filled in when they are read."""

from contextualise.lib.markdown.linking import fill_links
from contextualise.lib.markdown.plain_text import excerpt
from contextualise.lib.markdown.remarks import Remark, render_remark
from contextualise.lib.markdown.rendering import MAX_SOURCE, Rendered, SourceTooLong, render
from contextualise.lib.markdown.sheet import Heading, WikiLink

__all__ = (
    "MAX_SOURCE",
    "Heading",
    "Remark",
    "Rendered",
    "SourceTooLong",
    "WikiLink",
    "excerpt",
    "fill_links",
    "render",
    "render_remark",
)
