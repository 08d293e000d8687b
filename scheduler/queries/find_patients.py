"""Find patients by name, date of birth or telephone: the one function through which patients are looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from models import Appointment, Patient
from scheduler.planning.lifecycle import AWAITED
from scheduler.planning.persons import folded
from scheduler.queries.patient_details import listed_name

MOST = 20
DATE_FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%d %b %Y", "%b %d %Y", "%b %d, %Y", "%m%d%Y")
TELEPHONE = re.compile(r"^[\d\s().+-]{4,}$")


@dataclass(frozen=True)
class FoundPatient:
    """One patient in a list of hits, with the next visit still to come."""

    id: int
    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    telephone: str | None = field(repr=False)
    next_visit_at: datetime | None


@dataclass(frozen=True)
class Found:
    """The hits by name, and whether there are more than are shown."""

    patients: tuple[FoundPatient, ...]
    more: bool


def find_patients(session: Session, clinic_id: int, text: str, *, now: datetime, most: int = MOST) -> Found:
    """Patients of a clinic that fit what was typed; an empty text gives all of them by name.

    A date (1980-05-17, 5/17/1980) is a date of birth; four digits or more are part of a telephone number; words are
    beginnings of names in any order, whatever the accents and capitals.
    """
    rows = session.execute(
        _hits(clinic_id, now).where(*_terms(text)).order_by(Patient.search_name, Patient.id).limit(most + 1)).all()
    return Found(tuple(
        FoundPatient(row.id, listed_name(row.given_name, row.family_name), row.birth_date, row.telephone,
                     row.next_visit_at)
        for row in rows[:most]), len(rows) > most)


def _hits(clinic_id: int, now: datetime) -> Select:
    upcoming = (
        select(func.min(Appointment.starts_at)).where(
            Appointment.patient_id == Patient.id, Appointment.status.in_(AWAITED), Appointment.starts_at >= now)
        .correlate(Patient).scalar_subquery())
    return select(Patient.id, Patient.given_name, Patient.family_name, Patient.birth_date, Patient.telephone,
                  upcoming.label("next_visit_at")).where(Patient.clinic_id == clinic_id)


def _terms(text: str) -> list[ColumnElement[bool]]:
    typed = " ".join(text.split())
    born = _as_date(typed)
    if born is not None:
        return [Patient.birth_date == born]
    if TELEPHONE.match(typed):
        digits = re.sub(r"\D", "", typed).lstrip("1")
        bare = Patient.telephone
        for sign in "-() .+":
            bare = func.replace(bare, sign, "")
        return [bare.contains(digits, autoescape=True)]
    spaced = literal(" ") + Patient.search_name
    return [spaced.contains(f" {word}", autoescape=True) for word in folded(typed).split()]


def _as_date(typed: str) -> date | None:
    for form in DATE_FORMS:
        try:
            found = datetime.strptime(typed, form).date()  # noqa: DTZ007 (a calendar date, no instant)
        except ValueError:
            continue
        if form == "%m%d%Y" and len(typed) != 8:
            continue
        return found
    return None
