"""Mail to staff about their own sign-in, through the house's mail server."""

from __future__ import annotations

import logging
import threading
import uuid
from typing import Any

from flask import Flask
from flask_security import MailUtil

from config import Settings
from scheduler.clock import utc_now
from scheduler.messaging.ports import Accepted, Letter
from scheduler.messaging.smtp import SmtpMail

log = logging.getLogger(__name__)


class HouseMail(MailUtil):  # type: ignore[misc]
    """Hands a rendered letter to SMTP_URL's server; without one nothing is sent (the page says whom to ask).

    It goes out beside the request: how long the server takes must not tell whether an address has an account.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.settings: Settings = app.extensions["leafout_settings"]

    def send_mail(self, template: str, subject: str, recipient: Any, sender: Any, body: str | None, html: str | None,
                  **kwargs: Any) -> None:
        """Send one letter, or none where there is no mail server."""
        if self.settings.mail_server is None:
            return
        letter = Letter(key=uuid.uuid4().hex, to=str(recipient), sender_name="Leafout", subject=str(subject),
                        text=body or "", html=html or "")
        threading.Thread(target=self._deliver, args=(letter, kwargs["user"].id), daemon=True).start()

    def _deliver(self, letter: Letter, account_id: int) -> None:
        server = self.settings.mail_server
        assert server is not None
        mail = SmtpMail(server, self.settings.mail_from)
        outcome = mail.send(letter, now=utc_now())
        mail.close()
        if not isinstance(outcome, Accepted):
            log.warning("letter to account %s was not taken: %s", account_id, type(outcome).__name__)
