"""Signs of places that would lie over each other become one."""

import random
from math import hypot

from contextualise.repository.reading.places import WORLD, Box, Cell
from contextualise.web.pages.places import OVERLAP, WIDTH, merged, radius_of


def cell(count: int, lat: float, lon: float, first_id: int = 1) -> Cell:
    return Cell(count, lat, lon, Box(lon, lat, lon, lat), first_id)


def test_what_lies_apart_stays() -> None:
    cells = [cell(20, 41.9, 12.5), cell(5, 48.9, 2.4), cell(1, -33.9, 18.4)]
    assert merged(cells, WORLD) == cells


def test_a_sign_takes_those_that_it_would_cover() -> None:
    rome, near, far = cell(900, 41.9, 12.5, 7), cell(30, 43.0, 11.0, 3), cell(2, 60.0, 25.0)
    assert merged([rome, near, far], WORLD) == [Cell(930, 41.9, 12.5, Box(11.0, 41.9, 12.5, 43.0), 7), far]
    assert merged([rome, near], Box(10.0, 40.0, 14.0, 42.0)) == [rome, near]


def test_no_two_signs_that_were_there_lie_over_each_other_and_none_is_lost() -> None:
    chance = random.Random(4)
    cells = [cell(chance.choice([1, 3, 40, 2000, 16_000]), chance.uniform(30, 60), chance.uniform(-10, 30)) for _ in range(400)]
    cells.sort(key=lambda each: -each.count)
    kept, pixel = merged(cells, WORLD), WORLD.width / WIDTH
    assert sum(each.count for each in kept) == sum(each.count for each in cells)
    assert 3 < len(kept) < 100
    sizes = {(each.lat, each.lon): each.count for each in cells}
    for number, one in enumerate(kept):
        for other in kept[:number]:
            room = OVERLAP * (radius_of(sizes[one.lat, one.lon]) + radius_of(sizes[other.lat, other.lon]))
            assert hypot(one.lon - other.lon, one.lat - other.lat) / pixel >= room
