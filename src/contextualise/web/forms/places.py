"""The form of a place: its name, and where it is."""

from dataclasses import dataclass, replace

from contextualise.domain.drafts import OccurrenceDraft
from contextualise.lib.values import Checked, ValueRefused, check
from contextualise.lib.values.coordinates import LongitudeRefused, check_coordinates
from contextualise.lib.values.datatypes import GEO
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import NONE, NOTHING, Reference, References, Resolver, read_reference, read_references

BASE = "location"
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class PlaceForm:
    """The fields of a place; `value` is the one before, `checked` the place once it is understood."""

    name: str = ""
    latitude: str = ""
    longitude: str = ""
    type: Reference = NOTHING
    themes: References = NONE
    value: str = ""
    checked: Checked | None = None


def place_form(draft: OccurrenceDraft) -> PlaceForm:
    """The form of a place as it is; a value that names no place stands in the first field, to be put right."""
    latitude, longitude = _parts(draft.value)
    return PlaceForm(
        name=draft.title or "",
        latitude=latitude,
        longitude=longitude,
        type=NOTHING if draft.type.slug == BASE else Reference.to(draft.type),
        themes=References.to(draft.themes),
        value=draft.value,
    )


def read_place_form(posted: Posted, start: PlaceForm) -> PlaceForm:
    """The form as posted."""
    return replace(
        start,
        name=" ".join(posted.text("name").split()),
        latitude=posted.text("latitude").strip(),
        longitude=posted.text("longitude").strip(),
        type=read_reference(posted, "type"),
        themes=read_references(posted, "theme"),
    )


async def resolve_place_form(form: PlaceForm, resolver: Resolver) -> PlaceForm:
    """The form with its references resolved and its coordinates checked."""
    checked = None
    if not form.latitude and not form.longitude:
        resolver.errors["latitude"] = "Say where it is: latitude and longitude, such as 41.9022 and 12.4539."
    elif (form.latitude, form.longitude) == _parts(form.value):
        checked = _as_before(form, resolver)
    else:
        checked = _check(form, resolver)
    type_ = await resolver.one(form.type, "type")
    return replace(form, checked=checked, type=type_, themes=await resolver.many(form.themes, "theme"))


def _as_before(form: PlaceForm, resolver: Resolver) -> Checked | None:
    """The value before, with all that a `geo:` address tells beside the coordinates."""
    try:
        return check(GEO, form.value)
    except ValueRefused as refused:
        resolver.errors["latitude"] = str(refused)
        return None


def _check(form: PlaceForm, resolver: Resolver) -> Checked | None:
    try:
        return check_coordinates(form.latitude[:_LONGEST], form.longitude[:_LONGEST])
    except LongitudeRefused as refused:
        resolver.errors["longitude"] = str(refused)
    except ValueRefused as refused:
        resolver.errors["latitude"] = str(refused)
    return None


def _parts(value: str) -> tuple[str, str]:
    try:
        place = check(GEO, value)
    except ValueRefused:
        return value, ""
    latitude, longitude = place.value.removeprefix("geo:").partition(";")[0].split(",")[:2]
    return latitude, longitude
