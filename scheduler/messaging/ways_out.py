"""The ways out of the house for one round of sending, as the settings have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scheduler.messaging.ports import Ports
from scheduler.messaging.sms_gateway import SmsGateway, TextGateway
from scheduler.messaging.smtp import MailServer, SmtpMail

STATUS_PATH = "/gateway/text/status"


@contextmanager
def ways_out(mail_server: MailServer | None, mail_from: str, text_gateway: TextGateway | None,
             base_url: str) -> Iterator[Ports]:
    """The ports, closed afterwards; what is not set is no way out."""
    mail = SmtpMail(mail_server, mail_from) if mail_server is not None else None
    text = SmsGateway(text_gateway, f"{base_url}{STATUS_PATH}") if text_gateway is not None else None
    try:
        yield Ports(mail=mail, text=text)
    finally:
        if mail is not None:
            mail.close()
