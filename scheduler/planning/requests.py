"""Requests for an appointment: what somebody may say in one, where it may stand, and who may be the same person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from scheduler.planning.persons import same_name, similar_name

LOOKS_AHEAD = timedelta(days=366)


class RequestState(StrEnum):
    """Where a request stands."""

    NEW = "new"
    CALLED = "called"
    PATIENT = "patient"
    """Somebody was put on file for it."""
    MERGED = "merged"
    """It came from somebody on file."""
    TWICE = "asked twice"
    """Another request of the same person is seen to instead."""
    DECLINED = "declined"
    SPAM = "spam"


WAITING = frozenset({RequestState.NEW, RequestState.CALLED})
"""Somebody has to see to it."""
CAME_TO_NOTHING = frozenset({RequestState.TWICE, RequestState.DECLINED, RequestState.SPAM})
"""Closed without anybody on file: its personal data are forgotten after some days."""
MOVES: Mapping[RequestState, frozenset[RequestState]] = {
    state: frozenset(RequestState) - {RequestState.NEW} if state in WAITING else frozenset()
    for state in RequestState}
"""Where a request may go by itself; what was done last can be taken back."""


class ContactReason(StrEnum):
    """Why somebody writes: nothing about health, and none of them is weighed."""

    REFERRED = "referred"
    TALK_FIRST = "talk first"
    ALREADY_PATIENT = "already a patient"
    FOR_SOMEBODY = "for somebody else"
    OTHER = "other"


class HeardFrom(StrEnum):
    """How somebody heard of the clinic."""

    CLINICIAN = "a doctor or clinic"
    PERSON = "somebody they know"
    WEB = "the web"
    OTHER = "other"


class DayPart(StrEnum):
    """A part of the day that suits, clinic-local: before noon, until about five, and after."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Alike(StrEnum):
    """What two people have in common."""

    TELEPHONE = "telephone"
    EMAIL = "e-mail"
    NAME_AND_BIRTH = "name and date of birth"


@dataclass(frozen=True)
class Contact:
    """Who somebody is and how they can be reached; the telephone in E.164 where there is such a number."""

    family_name: str = field(repr=False)
    given_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    telephone: str | None = field(repr=False)
    email: str | None = field(repr=False)


def alike(one: Contact, other: Contact) -> tuple[Alike, ...]:
    """What two contacts have in common, the surest first; nothing where they seem to be two people.

    A telephone or an address may be a family's, so a person decides.
    """
    names = (one.family_name, one.given_name), (other.family_name, other.given_name)
    shared = []
    if one.birth_date is not None and one.birth_date == other.birth_date and (
            same_name(*names) or similar_name(*names)):
        shared.append(Alike.NAME_AND_BIRTH)
    if one.telephone and one.telephone == other.telephone:
        shared.append(Alike.TELEPHONE)
    if one.email and other.email and one.email.casefold() == other.email.casefold():
        shared.append(Alike.EMAIL)
    return tuple(shared)


def answered_by(received_on: date, days: int | None, weekdays: Collection[int],
                closures: Sequence[tuple[date, date]]) -> date | None:
    """The last day of an answer promised within `days` open days after the one on which a request came in.

    None where nothing is promised, or the clinic is not open so often within a year. `weekdays` are 0 for Monday;
    closures are inclusive.
    """
    if days is None:
        return None
    on, left = received_on, days
    while on < received_on + LOOKS_AHEAD:
        on += timedelta(days=1)
        if on.weekday() in weekdays and not any(first <= on <= last for first, last in closures):
            left -= 1
            if left == 0:
                return on
    return None
