"""Places on the earth: geo: addresses (RFC 5870), and coordinates as people copy them from a map."""

import re

from contextualise.lib.values.checked import Checked, ValueRefused
from contextualise.lib.values.datatypes import GEO, WKT

_HELP = "Write latitude and longitude in degrees, such as 41.9022, 12.4539 or 41°54'8\"N 12°27'14\"E."
_NUMBER = r"[+-]?\d{1,3}(?:\.\d{1,12})?"
_GEO = re.compile(
    rf"geo:(?P<lat>{_NUMBER}),(?P<lon>{_NUMBER})(?P<alt>,[+-]?\d{{1,9}}(?:\.\d{{1,9}})?)?(?P<parameters>(?:;[\w-]{{1,40}}(?:=[\w.%~:-]{{1,80}})?){{0,8}})",
    re.IGNORECASE,
)
_POINT = re.compile(rf"(?:<[^<>\s]{{1,200}}>\s*)?point\s*\(\s*(?P<lon>{_NUMBER})\s+(?P<lat>{_NUMBER})\s*\)", re.IGNORECASE)
PART = (
    r"(?P<d{0}>[+-]?\d{{1,3}}(?:[.,]\d{{1,12}})?)\s?°?\s?"
    r"(?:(?P<m{0}>\d{{1,2}}(?:[.,]\d{{1,9}})?)\s?['′’]\s?)?"
    r"(?:(?P<s{0}>\d{{1,2}}(?:[.,]\d{{1,6}})?)\s?(?:\"|″|”|''|′′)\s?)?"
    r"(?P<h{0}>[{1}])?"
)
_TYPED = re.compile(rf"{PART.format(1, 'ns')}\s*(?:[,;/]\s*|\s+){PART.format(2, 'eowl')}", re.IGNORECASE)


def check_place(text: str) -> Checked:
    """Return a place as a ``geo:`` address in WGS 84."""
    text = " ".join(text.replace("\u2212", "-").split())
    if len(text) > 400:
        raise ValueRefused(_HELP)
    if found := _GEO.fullmatch(text):
        if "crs=" in found["parameters"].lower() and "crs=wgs84" not in found["parameters"].lower():
            raise ValueRefused("Only coordinates in WGS 84 can be shown on the map.")
        return place_at(float(found["lat"]), float(found["lon"]), (found["alt"] or "") + found["parameters"])
    if found := _TYPED.fullmatch(text):
        return place_at(degrees_of(found, "1"), degrees_of(found, "2"))
    raise ValueRefused(_HELP)


def check_point(text: str) -> Checked:
    """Return a WKT literal as it is, with the coordinates if it is a point (longitude first, OGC GeoSPARQL 1.1, 8.5)."""
    found = _POINT.fullmatch(text.strip()[:400])
    if not found:
        return Checked(text, WKT)
    place = place_at(float(found["lat"]), float(found["lon"]))
    return Checked(text, WKT, lat=place.lat, lon=place.lon)


def place_at(lat: float, lon: float, rest: str = "") -> Checked:
    """Return the place at these degrees; raises ValueRefused for those that are not on the earth."""
    if not -90 <= lat <= 90:
        raise ValueRefused("The latitude comes first and lies between -90 and 90.")
    if not -180 <= lon <= 180:
        raise ValueRefused("The longitude comes second and lies between -180 and 180.")
    # Zero has no sign, and one meridian has two numbers (RFC 5870, section 3.4.4).
    lat, lon = lat + 0.0, (180.0 if lon == -180 else lon + 0.0)
    return Checked(f"geo:{_plain(lat)},{_plain(lon)}{rest}", GEO, lat=lat, lon=lon)


def degrees_of(found: re.Match[str], side: str) -> float:
    """Return the degrees of one side of a match of `PART`; raises ValueRefused for minutes or seconds beyond 59."""
    parts = [float((found[name + side] or "0").replace(",", ".")) for name in "dms"]
    if parts[1] >= 60 or parts[2] >= 60:
        raise ValueRefused("Minutes and seconds of a degree are below 60.")
    sign = -1 if found["d" + side].startswith("-") else 1
    degrees = sign * (abs(parts[0]) + parts[1] / 60 + parts[2] / 3600)
    if (found["h" + side] or "").lower() in ("s", "w"):
        degrees = -degrees
    return round(degrees, 7)


def _plain(degrees: float) -> str:
    return f"{degrees:.7f}".rstrip("0").rstrip(".")
