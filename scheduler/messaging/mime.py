"""A letter as the bytes of a mail: text, HTML and, where there is one, a calendar invitation, as alternatives.

Put together by hand, because the standard library's policies take three milliseconds a letter and this a tenth of one.
Bodies are quoted-printable, in which the boundary's "=_" cannot occur.
"""

from __future__ import annotations

from binascii import b2a_qp
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

from scheduler.messaging.invitation import calendar_of
from scheduler.messaging.ports import Letter


def mail_of(letter: Letter, mail_from: str, now: datetime) -> bytes:
    """The mail, ready for DATA (without its dots doubled). A line break in a header is a ValueError."""
    boundary = f"=_{letter.key}"
    headers = [
        ("Subject", _words(letter.subject)), ("From", formataddr((_one_line(letter.sender_name), mail_from))),
        ("To", letter.to), ("Date", format_datetime(now)),
        ("Message-ID", f"<{letter.key}@{mail_from.rpartition('@')[2]}>"), ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"), ("Content-Type", f'multipart/alternative; boundary="{boundary}"')]
    parts = [("text/plain; charset=utf-8", letter.text), ("text/html; charset=utf-8", letter.html)]
    if letter.invitation is not None:
        parts.append((f"text/calendar; charset=utf-8; method={letter.invitation.method}",
                      calendar_of(letter.invitation, organizer=mail_from, attendee=letter.to, now=now)))
    lines = [f"{name}: {_one_line(value)}".encode() for name, value in headers]
    lines.append(b"")
    for kind, words in parts:
        lines += [f"--{boundary}".encode(), f"Content-Type: {kind}".encode(),
                  b"Content-Transfer-Encoding: quoted-printable", b"", _quoted(words)]
    return b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])


def _quoted(words: str) -> bytes:
    body = words.replace("\r\n", "\n").replace("\n", "\r\n")
    return b2a_qp(body.encode(), istext=True)


def _words(value: str) -> str:
    value = _one_line(value)
    return value if value.isascii() else Header(value, "utf-8", maxlinelen=998).encode()


def _one_line(value: str) -> str:
    if "\n" in value or "\r" in value:
        raise ValueError("a header is one line")
    return value
