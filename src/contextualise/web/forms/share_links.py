"""The form of a share link: what it opens, for whom, until when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from contextualise.domain.errors import Invalid
from contextualise.web.forms.posted import Posted
from contextualise.web.shared.requests import AnyRequest

USUAL = "30"
DAYS = {"1": "one day", "7": "7 days", USUAL: "30 days"}
ENDS = (*((key, f"After {words}") for key, words in DAYS.items()), ("date", "At the end of a day"), ("never", "Never, until it is revoked"))
_MAX = 5000
_LONGEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class ShareForm:
    """What a person chooses; `slug` is the topic that is to be shared, or the path, empty for the map."""

    what: str = ""
    slug: str = ""
    label: str = ""
    ends: str = USUAL
    until: str = ""

    @classmethod
    def read(cls, posted: Posted) -> "ShareForm":
        """The form as posted."""
        return cls(
            what=posted.text("what"),
            slug=posted.text("topic")[:_MAX],
            label=posted.text("label")[:_MAX],
            ends=posted.text("ends") or USUAL,
            until=posted.text("until").strip()[:_MAX],
        )

    @classmethod
    def asked(cls, request: AnyRequest) -> "ShareForm":
        """The form as the address asks for it: `?topic=tosca`, `?path=three-evenings`, or the map."""
        query = request.query_params
        what = next((kind for kind in ("path", "topic") if query.get(kind)), "map")
        return cls(what=what, slug=query.get(what, "") if what != "map" else "")

    def expires_at(self, now: datetime) -> datetime | None:
        """When the link is to end, None for never; a day ends with its last moment in UTC. Raises `Invalid`."""
        if self.ends == "never":
            return None
        if self.ends in DAYS:
            return now + timedelta(days=int(self.ends))
        if self.ends != "date":
            raise Invalid({"ends": "Choose when the link ends."})
        try:
            end = datetime.combine(date.fromisoformat(self.until), time.min, UTC) + timedelta(days=1)
        except (ValueError, OverflowError):
            raise Invalid({"until": "Write a day as 2026-11-23."}) from None
        if end > now + _LONGEST:
            raise Invalid({"until": "Choose a day within the next ten years, or “Never”."})
        return end
