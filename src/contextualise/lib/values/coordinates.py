"""A latitude and a longitude as a form has them: each in a field of its own, or both pasted into the first."""

import re

from contextualise.lib.values.checked import Checked, ValueRefused
from contextualise.lib.values.places import PART, check_place, degrees_of, place_at

_LATITUDE = re.compile(PART.format(1, "ns"), re.IGNORECASE)
_LONGITUDE = re.compile(PART.format(1, "eowl"), re.IGNORECASE)
_HELP = "Write degrees, such as {0}, or degrees, minutes and seconds, such as {1}."
_LATITUDE_HELP = _HELP.format("41.9022", "41°54'8\"N")
_LONGITUDE_HELP = _HELP.format("12.4539", "12°27'14\"E")


class LongitudeRefused(ValueRefused):
    """The second field is no longitude."""


def check_coordinates(latitude: str, longitude: str) -> Checked:
    """Return the place at a latitude and a longitude; with the second empty, at the pair or ``geo:`` address in the first.

    Raises ValueRefused for the latitude and LongitudeRefused for the longitude.
    """
    latitude, longitude = _plain(latitude), _plain(longitude)
    if not longitude:
        if not latitude or not _LATITUDE.fullmatch(latitude):
            return check_place(latitude)
        raise LongitudeRefused(f"The longitude is missing. {_LONGITUDE_HELP}")
    north = _read(_LATITUDE, latitude, 90, ValueRefused, _LATITUDE_HELP, "The latitude lies between -90 and 90.")
    east = _read(_LONGITUDE, longitude, 180, LongitudeRefused, _LONGITUDE_HELP, "The longitude lies between -180 and 180.")
    return place_at(north, east)


def _read(form: re.Pattern[str], text: str, most: int, refusal: type[ValueRefused], no_number: str, out_of_range: str) -> float:
    found = form.fullmatch(text)
    if found is None:
        raise refusal(no_number)
    try:
        degrees = degrees_of(found, "1")
    except ValueRefused as refused:
        raise refusal(str(refused)) from refused
    if not -most <= degrees <= most:
        raise refusal(out_of_range)
    return degrees


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2212", "-").split())[:400]
