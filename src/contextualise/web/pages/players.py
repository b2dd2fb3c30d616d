"""What the pages in frames show: one scene, or one film of another site."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlayerPage:
    """A page with one thing that plays; `poster_url` is where a picture of it is wanted, empty where there is one or nobody may say so."""

    title: str
    href: str
    alt: str
    back: str
    back_to: str
    poster_url: str = ""
