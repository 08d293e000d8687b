"""What a rule means for a course like those of the clinic: every message of an example, before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, VisitKind
from scheduler.planning.instants import instant, zone
from scheduler.planning.reminder_rules import Caps, ReminderRule
from scheduler.planning.reminders import Recipient, VisitFacts
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel
from scheduler.queries.visit_facts import visits_to_tell
from scheduler.services.messages.foretell import CourseToCome, Reader, foretell_for

AHEAD = timedelta(days=14)
EXAMPLE_DAYS = (0, 2, 4, 7, 9, 11)
"""Without any course in the book: six infusions on Mondays, Wednesdays and Fridays at nine."""


class Reached(StrEnum):
    """How the patient of the example can be reached."""

    BOTH = "both"
    LETTERS = "letters"
    TEXTS = "texts"


CHANNELS = {Reached.BOTH: (Channel.EMAIL, Channel.TEXT), Reached.LETTERS: (Channel.EMAIL,),
            Reached.TEXTS: (Channel.TEXT,)}


@dataclass(frozen=True)
class SampleCourse:
    """An example: how many visits, whether they are like a booked course's, and all its messages."""

    visits: int
    from_book: bool
    to_come: CourseToCome


def foretell_sample(session: Session, clinic_id: int, rules: tuple[ReminderRule, ...], reached: Reached, *,
                    base_url: str, now: datetime) -> SampleCourse:
    """The messages of the newest booked course, as if it began in some two weeks, under these rules. Two queries."""
    clinic = session.get_one(Clinic, clinic_id)
    newest = select(func.max(Appointment.series_id)).where(
        Appointment.clinic_id == clinic_id, Appointment.step.is_not(None)).scalar_subquery()
    booked = [one.facts for one in visits_to_tell(session, clinic_id, Appointment.series_id == newest)]
    visits = _ahead(booked, clinic, now) if booked else _example(clinic, now)
    recipient = Recipient(
        SendingHours(zone(clinic.timezone), clinic.messages_from, clinic.messages_until), CHANNELS[reached],
        caps=Caps(clinic.texts_a_day, clinic.texts_a_week))
    return SampleCourse(len(visits), bool(booked), foretell_for(
        clinic, Reader(clinic.locale.partition("_")[0]), recipient, visits, rules, base_url=base_url, now=now))


def _ahead(visits: list[VisitFacts], clinic: Clinic, now: datetime) -> list[VisitFacts]:
    """The same hours and weekdays, whole weeks later or earlier."""
    at = zone(clinic.timezone)
    first = min(visit.starts_at for visit in visits).astimezone(at).date()
    weeks = -((first - (now + AHEAD).astimezone(at).date()).days // 7)
    moved = []
    for visit in visits:
        wall = visit.starts_at.astimezone(at).replace(tzinfo=None) + timedelta(weeks=weeks)
        moved.append(replace(visit, starts_at=instant(wall, clinic.timezone), confirmed=False))
    return moved


def _example(clinic: Clinic, now: datetime) -> list[VisitFacts]:
    on = (now + AHEAD).astimezone(zone(clinic.timezone)).date()
    monday = on + timedelta(days=-on.weekday() % 7)
    return [VisitFacts(number, VisitKind.INFUSION, first=number == 1, starts_at=instant(
        datetime.combine(monday + timedelta(days=day), time(9)), clinic.timezone))
        for number, day in enumerate(EXAMPLE_DAYS, 1)]
