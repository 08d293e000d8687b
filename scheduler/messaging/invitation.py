"""A calendar invitation inside a letter (RFC 5546): one visit, with nothing in it but clinic, time and telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

PRODUCT = "-//Leafout//Visits//EN"
LINE = 74
"""Octets of a line before it is folded (RFC 5545 allows 75)."""


@dataclass(frozen=True)
class Invitation:
    """One visit to put into a calendar, or to take out of it where it is `cancelled`. Times are aware."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    clinic: str
    telephone: str
    summary: str
    cancelled: bool = False

    @property
    def method(self) -> str:
        """REQUEST or CANCEL."""
        return "CANCEL" if self.cancelled else "REQUEST"


def calendar_of(invitation: Invitation, *, organizer: str, attendee: str, now: datetime) -> str:
    """The text/calendar part. Nobody is asked to answer by calendar: the letter's link and telephone are for that."""
    lines = [
        "BEGIN:VCALENDAR", f"PRODID:{PRODUCT}", "VERSION:2.0", f"METHOD:{invitation.method}", "BEGIN:VEVENT",
        f"UID:{invitation.uid}", f"SEQUENCE:{invitation.sequence}", f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(invitation.starts_at)}", f"DTEND:{_utc(invitation.ends_at)}",
        f"SUMMARY:{_text(invitation.summary)}", f"LOCATION:{_text(invitation.clinic)}",
        f"DESCRIPTION:{_text(invitation.telephone)}", "CLASS:PRIVATE",
        f"STATUS:{'CANCELLED' if invitation.cancelled else 'CONFIRMED'}", f"ORGANIZER:mailto:{organizer}",
        f"ATTENDEE;RSVP=FALSE:mailto:{attendee}", "END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", "")):
        words = words.replace(sign, escaped)
    return words


def _folded(line: str) -> str:
    """Lines of at most 75 octets; a character is never cut in two."""
    parts, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += octets
    return "\r\n".join(parts)
