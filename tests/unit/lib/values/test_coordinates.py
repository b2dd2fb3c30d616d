"""Latitude and longitude in two fields, or both in the first."""

import pytest

from contextualise.lib.values import ValueRefused
from contextualise.lib.values.coordinates import LongitudeRefused, check_coordinates


@pytest.mark.parametrize(
    ("latitude", "longitude", "kept"),
    [
        ("41.9022", "12.4539", "geo:41.9022,12.4539"),
        ("41,9022", "12,4539", "geo:41.9022,12.4539"),
        ("41.9022, 12.4539", "", "geo:41.9022,12.4539"),
        ("geo:41.9,12.4;u=3", "", "geo:41.9,12.4;u=3"),
        ("41°54'8\"N 12°27'14\"E", "", "geo:41.9022222,12.4538889"),
        ("41°54'8\"N", "12°27'14\"E", "geo:41.9022222,12.4538889"),
        ("48° 51′ 24″ S", "2° 21′ 3″ W", "geo:-48.8566667,-2.3508333"),
        ("−33.8", "151.2", "geo:-33.8,151.2"),
        ("0", "-180", "geo:0,180"),
    ],
)
def test_coordinates_are_understood(latitude: str, longitude: str, kept: str) -> None:
    assert check_coordinates(latitude, longitude).value == kept


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("", ""), ("", "12"), ("91", "1"), ("x", "1"), ("12 E", "41"), ("41°61'", "1"), ("x, y", "")]
)
def test_the_latitude_is_refused_as_such(latitude: str, longitude: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        check_coordinates(latitude, longitude)
    assert not isinstance(refused.value, LongitudeRefused)


@pytest.mark.parametrize(("latitude", "longitude"), [("41", ""), ("41", "181"), ("41", "y"), ("41", "12 N"), ("41", "12°0'60\"")])
def test_the_longitude_is_refused_as_such(latitude: str, longitude: str) -> None:
    with pytest.raises(LongitudeRefused):
        check_coordinates(latitude, longitude)
