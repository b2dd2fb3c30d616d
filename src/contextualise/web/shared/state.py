"""What handlers find in `request.app.state`: the parts that `app.py` put together."""

from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.datastructures import State

from contextualise.domain.live import Hub
from contextualise.domain.mail import Mailer
from contextualise.objects import ObjectStore
from contextualise.repository.database import Database
from contextualise.settings import Settings
from contextualise.web.shared.assets import Assets
from contextualise.web.shared.flash import Signer
from contextualise.web.shared.templates import Templates


@dataclass(frozen=True, slots=True)
class Parts:
    """The running application's parts."""

    settings: Settings
    database: Database
    objects: ObjectStore
    templates: Templates
    assets: Assets
    signer: Signer
    mailer: Mailer
    hub: Hub

    @property
    def is_secure(self) -> bool:
        """Whether people reach the site over TLS."""
        return (self.settings.public_url or "").startswith("https:")


def parts_of(request: Request[Any, Any, State]) -> Parts:
    """The parts of the application that answers this request."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)
    return parts


def origin_of(request: Request[Any, Any, State]) -> str:
    """What the site's absolute addresses begin with: the public one if it is set, else that of the request."""
    return parts_of(request).settings.public_url or str(request.base_url).rstrip("/")
