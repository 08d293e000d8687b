"""E-mail by SMTP: one connection for the letters of a tick, every answer of the server turned into an outcome.

A connection that is not to this machine is encrypted (`starttls` or `implicit`): the settings refuse any other.
Nothing is ever sent over a connection that refused to encrypt.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from scheduler.messaging.mime import mail_of
from scheduler.messaging.ports import (
    Accepted,
    Letter,
    NotDeliverable,
    Outcome,
    Ready,
    TryLater,
    Unreachable,
    Withheld,
    always,
)

SECONDS = 8
"""How long one answer of the server may take. Five of them end before a claim does (`claim_messages.LEASE`)."""
DOTS = re.compile(rb"(?m)^\.")


class MailServer(Protocol):
    """Where letters are handed over, as the settings say it; `tls` is "none", "starttls" or "implicit"."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls(self) -> str: ...
    @property
    def user(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...


class _NoConnection(Exception):
    """The server cannot be used now; the sentence says why."""


class SmtpMail:
    """A mail server as a `MailPort`; not for several threads at once."""

    def __init__(self, server: MailServer, mail_from: str, *, seconds: float = SECONDS,
                 trust: ssl.SSLContext | None = None):
        self._server, self._from, self._seconds = server, mail_from, seconds
        self._trust = trust
        self._smtp: smtplib.SMTP | None = None

    def send(self, letter: Letter, *, now: datetime, ready: Ready = always) -> Outcome | Withheld:
        """Hand one letter over, on the connection of the letter before where it still lives."""
        body = mail_of(letter, self._from, now)
        wide = not letter.to.isascii()
        try:
            reused = self._smtp is not None
            smtp = self._smtp or self._connect()
            if wide and not smtp.has_extn("smtputf8"):
                return NotDeliverable("The mail server cannot send to an address with such letters.")
            options = ["SMTPUTF8", "BODY=8BITMIME"] if wide else []
            try:
                code, said = smtp.mail(self._from, options)
            except (smtplib.SMTPServerDisconnected, OSError):
                if not reused:
                    raise
                self.close()
                smtp = self._connect()
                code, said = smtp.mail(self._from, options)
        except _NoConnection as why:
            self.close()
            return Unreachable(str(why))
        except (smtplib.SMTPException, OSError) as wrong:
            self.close()
            return Unreachable(f"The mail server broke off ({_cause(wrong)}).")
        if code != 250:
            self.close()
            return Unreachable(f"The mail server does not take mail from {self._from} ({code} {_words(said)}).")
        return self._hand_over(smtp, letter.to, body, ready)

    def close(self, *, politely: bool = True) -> None:
        """Say goodbye, if there is anybody to say it to and no letter half said."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            if politely:
                with suppress(smtplib.SMTPException, OSError):
                    smtp.quit()
            smtp.close()

    def _hand_over(self, smtp: smtplib.SMTP, to: str, body: bytes, ready: Ready) -> Outcome | Withheld:
        try:
            code, said = smtp.rcpt(to)
            if code in (250, 251):
                code, said = smtp.docmd("DATA")
                if code == 354:
                    if not ready():
                        self.close(politely=False)
                        return Withheld()
                    smtp.send(DOTS.sub(b"..", body) + b".\r\n")
                    code, said = smtp.getreply()
        except (smtplib.SMTPException, OSError) as wrong:
            self.close()
            return TryLater(f"The connection broke off ({_cause(wrong)}); it is unknown whether the letter arrived.",
                            broke_off=True)
        if 200 <= code < 300:
            return Accepted()
        if code == 421:
            self.close()
        else:
            with suppress(smtplib.SMTPException, OSError):
                smtp.rset()
        answer = f"The mail server answered {code} {_words(said)}."
        return NotDeliverable(answer) if 500 <= code < 600 else TryLater(answer)

    def _connect(self) -> smtplib.SMTP:
        server, domain = self._server, self._from.rpartition("@")[2]
        trust = self._trust or ssl.create_default_context()
        try:
            if server.tls == "implicit":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, local_hostname=domain, timeout=self._seconds, context=trust)
            else:
                smtp = smtplib.SMTP(server.host, server.port, local_hostname=domain, timeout=self._seconds)
            self._smtp = smtp
            smtp.ehlo_or_helo_if_needed()
            if server.tls == "starttls":
                smtp.starttls(context=trust)
                smtp.ehlo_or_helo_if_needed()
            if server.user is not None:
                smtp.login(server.user, server.password or "")
        except smtplib.SMTPAuthenticationError as wrong:
            raise _NoConnection(f"The mail server refused our sign-in ({wrong.smtp_code}); check SMTP_URL.") from wrong
        except smtplib.SMTPNotSupportedError as wrong:
            raise _NoConnection(f"The mail server lacks what SMTP_URL asks for ({wrong}).") from wrong
        except (smtplib.SMTPException, OSError) as wrong:
            raise _NoConnection(f"The mail server cannot be reached ({_cause(wrong)}).") from wrong
        return smtp


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:160]


def _cause(wrong: BaseException) -> str:
    if isinstance(wrong, smtplib.SMTPResponseException):
        return f"{wrong.smtp_code} {_words(wrong.smtp_error)}"
    return _words(getattr(wrong, "strerror", None) or str(wrong) or type(wrong).__name__)
