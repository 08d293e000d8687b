"""A real SMTP server on this machine that keeps what it is given, and answers as it is told."""

from __future__ import annotations

import email
import socket
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """`letters` are the messages accepted; `answer(recipient)` may give another reply than 250 to a recipient."""

    def __init__(self, answer: Callable[[str], str | None] = lambda to: None, at_data: str | None = None,
                 **options: Any):
        self.letters: list[EmailMessage] = []
        self.connections = 0
        self.answer, self.at_data = answer, at_data
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 (aiosmtpd's name)
        """Count who comes."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        """Answer for one recipient."""
        refused = self.answer(address)
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Keep a letter."""
        if self.at_data is not None:
            return self.at_data
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 kept"

    def __enter__(self) -> Sink:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
