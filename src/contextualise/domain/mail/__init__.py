"""Mail: written beside what it tells about, in the same transaction, and sent later by a job."""

from contextualise.domain.mail.mailer import Mailer
from contextualise.domain.mail.messages import compose, recipient_of
from contextualise.domain.mail.sending import MOST_ATTEMPTS, PAUSES, Outcome, Way, forget_old_mail, list_unsent, send_next, try_again
from contextualise.domain.mail.transport import Refused, Server, Transport, Unreachable
from contextualise.repository.mail import MailRow

__all__ = [
    "MOST_ATTEMPTS",
    "PAUSES",
    "MailRow",
    "Mailer",
    "Outcome",
    "Refused",
    "Server",
    "Transport",
    "Unreachable",
    "Way",
    "compose",
    "forget_old_mail",
    "list_unsent",
    "recipient_of",
    "send_next",
    "try_again",
]
