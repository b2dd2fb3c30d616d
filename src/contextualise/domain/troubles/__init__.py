"""Errors that nobody expected: noticed where they are logged, kept once for each kind, told now and then to whoever runs the site."""

from contextualise.domain.troubles.noticing import Noticed, Noticing, Trouble
from contextualise.domain.troubles.telling import keep, tell
from contextualise.domain.troubles.webhook import Webhook, WebhookFailed
from contextualise.repository.troubles import TroubleRow, forget, list_troubles

__all__ = ["Noticed", "Noticing", "Trouble", "TroubleRow", "Webhook", "WebhookFailed", "forget", "keep", "list_troubles", "tell"]
