"""A letter as the bytes of a mail: text and HTML as alternatives, and the calendar invitation, where there is one.

One calendar part is a third alternative. Several stand after the alternatives (multipart/mixed), because of
alternatives a reader takes one.
Put together by hand, because the standard library's policies take three milliseconds a letter and this a tenth of one.
Bodies are quoted-printable, in which the boundary's "=_" cannot occur.
"""

from __future__ import annotations

from binascii import b2a_qp
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

from scheduler.messaging.invitation import CalendarPart, parts_of
from scheduler.messaging.ports import Letter


def mail_of(letter: Letter, mail_from: str, now: datetime) -> bytes:
    """The mail, ready for DATA (without its dots doubled). A line break in a header is a ValueError."""
    boundary = f"=_{letter.key}"
    calendars = () if letter.invitation is None else parts_of(
        letter.invitation, organizer=mail_from, attendee=letter.to, now=now)
    several = any(part.method == "PUBLISH" for part in calendars) or len(calendars) > 1
    headers = [
        ("Subject", _words(letter.subject)), ("From", formataddr((_one_line(letter.sender_name), mail_from))),
        ("To", letter.to), ("Date", format_datetime(now)),
        ("Message-ID", f"<{letter.key}@{mail_from.rpartition('@')[2]}>"), ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"), ("Content-Type", _multipart("mixed" if several else "alternative", boundary))]
    bodies = [_part("text/plain; charset=utf-8", letter.text), _part("text/html; charset=utf-8", letter.html)]
    files = [_calendar_part(part, named=several) for part in calendars]
    lines = [f"{name}: {_one_line(value)}".encode() for name, value in headers]
    if several:
        inner = f"{boundary}_a"
        whole = [f"Content-Type: {_multipart('alternative', inner)}".encode(), b"", *_joined(bodies, inner)]
        return b"\r\n".join([*lines, b"", *_joined([whole, *files], boundary), b""])
    return b"\r\n".join([*lines, b"", *_joined([*bodies, *files], boundary), b""])


def _multipart(kind: str, boundary: str) -> str:
    return f'multipart/{kind}; boundary="{boundary}"'


def _joined(parts: list[list[bytes]], boundary: str) -> list[bytes]:
    return [line for part in parts for line in (f"--{boundary}".encode(), *part)] + [f"--{boundary}--".encode()]


def _part(kind: str, words: str, *headers: str) -> list[bytes]:
    return [f"Content-Type: {kind}".encode(), *(header.encode() for header in headers),
            b"Content-Transfer-Encoding: quoted-printable", b"", _quoted(words)]


def _calendar_part(part: CalendarPart, *, named: bool) -> list[bytes]:
    headers = (f'Content-Disposition: inline; filename="{part.filename}"',) if named else ()
    return _part(f"text/calendar; charset=utf-8; method={part.method}", part.text, *headers)


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
