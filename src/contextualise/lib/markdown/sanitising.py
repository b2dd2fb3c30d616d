"""The last gate for HTML made from a text: an allow-list, whatever the rules before it let through."""

import nh3
from pygments.token import STANDARD_TYPES

from contextualise.lib.addresses import SAFE_SCHEMES
from contextualise.lib.markdown.arranging import OUTSIDE_REL

_TAGS = """
    a blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr img input li ol p pre s section span strong sup
    table tbody td th thead tr ul
"""

_HEADINGS = {f"h{level}": {"id"} for level in range(1, 7)}

# Adding a tag, an attribute or a class here is a decision about safety: none may run, load or cover anything.
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    clean_content_tags={"script", "style"},
    attributes=_HEADINGS
    | {
        "a": {"href", "title", "id", "data-wiki", "data-target", "aria-label"},
        "div": {"data-language", "tabindex"},
        "img": {"src", "alt", "title", "loading", "decoding"},
        "input": {"checked", "disabled", "aria-label"},
        "li": {"id"},
        "ol": {"start"},
        "pre": {"tabindex"},
    },
    tag_attribute_values={
        "a": {"rel": {OUTSIDE_REL}, "role": {"doc-noteref", "doc-backlink"}},
        "input": {"type": {"checkbox"}},
    },
    allowed_classes={
        "a": {"wikilink", "outside-image", "footnote-backref"},
        "div": {"highlight", "table-scroll"},
        "input": {"task-list-item-checkbox"},
        "li": {"task-list-item", "footnote-item"},
        "ol": {"contains-task-list", "footnotes-list"},
        "pre": {"as-written"},
        "section": {"footnotes"},
        "span": {name for name in STANDARD_TYPES.values() if name},
        "sup": {"footnote-ref"},
        "td": {"cell--left", "cell--center", "cell--right"},
        "th": {"cell--left", "cell--center", "cell--right"},
        "ul": {"contains-task-list"},
    },
    url_schemes=set(SAFE_SCHEMES),
    link_rel=None,
)

_REMARK_CLEANER = nh3.Cleaner(
    tags={"a", "blockquote", "br", "code", "del", "div", "em", "li", "ol", "p", "pre", "s", "span", "strong", "ul"},
    clean_content_tags={"script", "style"},
    attributes={
        "a": {"href", "title", "data-wiki", "data-target"},
        "div": {"data-language", "tabindex"},
        "ol": {"start"},
        "pre": {"tabindex"},
    },
    tag_attribute_values={"a": {"rel": {OUTSIDE_REL}}},
    allowed_classes={
        "a": {"wikilink"},
        "div": {"highlight"},
        "pre": {"as-written"},
        "span": {"mention", *(name for name in STANDARD_TYPES.values() if name)},
    },
    url_schemes=set(SAFE_SCHEMES),
    link_rel=None,
)


def sanitise_remark(html: str) -> str:
    """Return the HTML of a remark with everything taken out that remarks have not: no headings, no tables, no pictures, no ids."""
    return _REMARK_CLEANER.clean(html)


def sanitise(html: str) -> str:
    """Return the HTML with everything taken out that is not on the list."""
    return _CLEANER.clean(html)
