"""Reading a topic's page as it was at an earlier version of its map, by the very statement that reads it now.

Every table that the statement names is replaced by what it held then: the rows that no change has touched since, and for the others the
image that the first change after that version found. What no change keeps an image of is worked out anew by the rules that made it:
labels from the names of then, wiki links from names and addresses of then. The text of the statement is rewritten, so that the page of
then can never fall behind the page of now.
"""

from contextualise.repository.reading.as_of.reading import MOST_ROWS, Then, find_then, read_topic_then, slug_then
from contextualise.repository.reading.as_of.rewriting import RENAMED, shadowed

__all__ = ["MOST_ROWS", "RENAMED", "Then", "find_then", "read_topic_then", "shadowed", "slug_then"]
