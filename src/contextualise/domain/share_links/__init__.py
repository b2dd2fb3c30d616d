"""Share links: reading a map, a topic or a path without an account, for as long as whoever made the link wants."""

from contextualise.domain.share_links.making import (
    MOST,
    PAGE,
    LinkFields,
    Subject,
    find_link,
    find_subject,
    list_links,
    make_link,
    revoke_link,
)
from contextualise.domain.share_links.opening import Visit, count_use, forget_old_uses, list_uses, open_limits, require_link
from contextualise.domain.share_links.tokens import Token, new_nonce, read_token, token_of
from contextualise.repository.share_links import GoodLink, LinkRow, UseRow

__all__ = [
    "MOST",
    "PAGE",
    "GoodLink",
    "LinkFields",
    "LinkRow",
    "Subject",
    "Token",
    "UseRow",
    "Visit",
    "count_use",
    "find_link",
    "find_subject",
    "forget_old_uses",
    "list_links",
    "list_uses",
    "make_link",
    "new_nonce",
    "open_limits",
    "read_token",
    "require_link",
    "revoke_link",
    "token_of",
]
