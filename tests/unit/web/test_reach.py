"""Which addresses lead out of the part of a map that a reader may open."""

from dataclasses import replace
from typing import cast

import pytest

from contextualise.domain.access import Opened, Reach, Standing
from contextualise.domain.maps import MapRow, OpenMap
from contextualise.web.shared.reach import leads_inside

REACH = Reach(((7, "tosca"), (8, "la bohème/ii"), (9, "evenings")), (9,))
STANDING = Standing(None, False, False, None, False, False, Opened(REACH, None, None))


class Row:
    """As much of a map's row as addresses need."""

    id = 3


FOUND = OpenMap(cast(MapRow, Row()), None, STANDING)


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("/maps/3-opera/topics/tosca", True),
        ("/maps/3/topics/tosca?scope=evenings#text-4", True),
        ("/maps/3-opera/topics/la%20boh%C3%A8me%2Fii", True),
        ("/maps/3-opera/topics/evenings", True),
        ("/maps/3-opera/paths/evenings", True),
        ("/maps/3-opera/paths/tosca", False),
        ("/maps/3-opera/paths", False),
        ("/maps/3-opera/topics/scarpia", False),
        ("/maps/3-opera/topics/tosca/graph", False),
        ("/maps/3-opera/topics", False),
        ("/maps/3-opera", False),
        ("/maps/3", False),
        ("/maps/%33-opera/topics/scarpia", False),
        ("/maps/3-opera/files/abc/score.png", True),
        ("/maps/3-opera/players/12", True),
        ("/maps/3-opera/associations/12", False),
        ("/maps/33-other/topics/scarpia", True),
        ("/maps", True),
        ("/", True),
        ("/sign-in?next=%2Fmaps%2F3", True),
        ("#text-4", True),
        ("?group=4-5", True),
        ("https://example.org/maps/3-opera", True),
        ("https://[", True),
    ],
)
def test_addresses(address: str, inside: bool) -> None:
    assert leads_inside(FOUND, address) is inside


def test_everything_is_inside_for_everybody_else() -> None:
    whole = replace(FOUND, standing=replace(STANDING, link=Opened(None, None, None)))
    assert leads_inside(whole, "/maps/3-opera/graph")
