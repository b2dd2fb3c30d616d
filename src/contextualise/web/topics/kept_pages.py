"""Pages of topics and of their index that were rendered before, kept while memory allows.

The key is the page's own validator, which changes with the map's version and with all that the reader may see, so nothing is ever
thrown away for being old: what is no longer asked for falls out at the end.
"""

from collections import OrderedDict
from dataclasses import dataclass

from contextualise.web.shared.requests import AnyRequest

MOST_BYTES = 24_000_000


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A rendered page around the place of the trail, which is each reader's own; the index has no topic and no trail."""

    topic_id: int
    title: str
    before: str
    after: str


class KeptPages:
    """The pages used last, up to a number of bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._most = most_bytes
        self.bytes = 0

    def find(self, key: str) -> KeptPage | None:
        """The page under the key, or None."""
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def keep(self, key: str, page: KeptPage) -> None:
        """Remember a page; those not used for longest are forgotten."""
        if key in self._pages or _size(page) > self._most:
            return
        self._pages[key] = page
        self.bytes += _size(page)
        while self.bytes > self._most and self._pages:
            self.bytes -= _size(self._pages.popitem(last=False)[1])


def kept_pages(request: AnyRequest) -> KeptPages:
    """The pages that this application keeps."""
    state = request.app.state
    if "kept_pages" not in state:
        state["kept_pages"] = KeptPages()
    pages = state["kept_pages"]
    assert isinstance(pages, KeptPages)
    return pages


def _size(page: KeptPage) -> int:
    return len(page.before) + len(page.after)
