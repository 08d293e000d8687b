"""Calendar invitations inside a letter (RFC 5546, 6047): visits with nothing in them but clinic, time and telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

PRODUCT = "-//Leafout//Visits//EN"
LINE = 74
"""Octets of a line before it is folded (RFC 5545 allows 75)."""


@dataclass(frozen=True)
class CalendarEntry:
    """One visit to put into a calendar, or to take out of it where it is `cancelled`. Times are aware."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False


@dataclass(frozen=True)
class Invitation:
    """What one letter brings for the calendar: one visit, or several, each under its own identifier."""

    entries: tuple[CalendarEntry, ...]
    clinic: str
    telephone: str
    summary: str


@dataclass(frozen=True)
class CalendarPart:
    """One text/calendar part of a letter: the method, which stands in its header too, and a name without meaning."""

    method: str
    filename: str
    text: str


def parts_of(invitation: Invitation, *, organizer: str, attendee: str, now: datetime) -> tuple[CalendarPart, ...]:
    """What is to come, as one part, and one part for each visit that is taken out.

    A REQUEST and a CANCEL are about one identifier alone (RFC 5546, 3.2), so several visits are told with PUBLISH,
    which knows no attendee. Nobody is asked to answer by calendar: the letter's link and telephone are for that.
    """
    there = [entry for entry in invitation.entries if not entry.cancelled]
    gone = [entry for entry in invitation.entries if entry.cancelled]
    told = [("REQUEST" if len(there) == 1 else "PUBLISH", there)] if there else []
    told += [("CANCEL", [entry]) for entry in gone]
    names = ["visits.ics" if len(there) > 1 else "visit.ics"] * bool(there)
    names += ["cancelled.ics"] if len(gone) == 1 else [f"cancelled-{number + 1}.ics" for number in range(len(gone))]
    return tuple(
        CalendarPart(method, name, _calendar(method, entries, invitation, organizer, attendee, now))
        for (method, entries), name in zip(told, names, strict=True))


def _calendar(method: str, entries: list[CalendarEntry], invitation: Invitation, organizer: str, attendee: str,
              now: datetime) -> str:
    lines = ["BEGIN:VCALENDAR", f"PRODID:{PRODUCT}", "VERSION:2.0", f"METHOD:{method}"]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT", f"UID:{entry.uid}", f"SEQUENCE:{entry.sequence}", f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(entry.starts_at)}", f"DTEND:{_utc(entry.ends_at)}",
            f"SUMMARY:{_text(invitation.summary)}", f"LOCATION:{_text(invitation.clinic)}",
            f"DESCRIPTION:{_text(invitation.telephone)}", "CLASS:PRIVATE",
            f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}", f"ORGANIZER:mailto:{organizer}",
            *([] if method == "PUBLISH" else [f"ATTENDEE;RSVP=FALSE:mailto:{attendee}"]), "END:VEVENT"]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


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
