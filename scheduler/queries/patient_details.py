"""What the desk may read of one patient: details, contact preferences and consents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Consent, Patient
from scheduler.planning.persons import is_minor
from scheduler.planning.words import Channel
from scheduler.queries.reach import why_unreachable


@dataclass(frozen=True)
class ConsentRow:
    """One consent as it was given, and when it was withdrawn."""

    channel: Channel
    granted_at: datetime
    withdrawn_at: datetime | None
    how: str
    beyond_caps: bool = False
    """Expressly agreed to more texts than the healthcare exemption allows."""


@dataclass(frozen=True)
class PatientRow:
    """One patient. `why_unreachable` says in a sentence why no message can go out by itself; empty when one can."""

    id: int
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    initials: str = field(repr=False)
    birth_date: date = field(repr=False)
    is_minor: bool
    email: str | None = field(repr=False)
    telephone: str | None = field(repr=False)
    telephone_use: str | None
    can_be_texted: bool
    language: str
    preferred_channel: Channel
    note: str = field(repr=False)
    source_identifier: str | None = field(repr=False)
    consents: tuple[ConsentRow, ...]
    why_unreachable: str

    @property
    def name(self) -> str:
        """As one says it."""
        return f"{self.given_name} {self.family_name}"

    @property
    def agreed(self) -> frozenset[Channel]:
        """The channels with a standing consent."""
        return frozenset(row.channel for row in self.consents if row.withdrawn_at is None)

    @property
    def beyond_caps(self) -> bool:
        """Whether more texts are agreed to, on record."""
        return any(row.beyond_caps for row in self.consents if row.withdrawn_at is None)


def patient_details(session: Session, clinic_id: int, patient_id: int, today: date) -> PatientRow | None:
    """A patient of the clinic; None for anybody else's. `today` is the clinic-local date, for the age."""
    row = session.scalar(select(Patient).where(Patient.id == patient_id, Patient.clinic_id == clinic_id))
    if row is None:
        return None
    consents = session.scalars(
        select(Consent).where(Consent.patient_id == patient_id).order_by(Consent.granted_at.desc()))
    rows = tuple(
        ConsentRow(one.channel, one.granted_at, one.withdrawn_at, one.how, one.beyond_caps) for one in consents)
    agreed = frozenset(one.channel for one in rows if one.withdrawn_at is None)
    why = why_unreachable(row, session.get_one(Clinic, clinic_id), agreed)
    return PatientRow(
        row.id, row.given_name, row.family_name, initials(row.given_name, row.family_name), row.birth_date,
        is_minor(row.birth_date, today), row.email, row.telephone, row.telephone_use, row.can_be_texted,
        row.language, row.preferred_channel, row.note, row.source_identifier,
        rows, f"{why} Nothing goes out by itself: please call." if why else "")


def initials(given_name: str, family_name: str) -> str:
    """The first letters of a name, as confirmations and walls show it: "A. Q."."""
    return " ".join(f"{part[0].upper()}." for part in (given_name.strip(), family_name.strip()) if part)


def listed_name(given_name: str, family_name: str) -> str:
    """A name as lists sort it, "Quill, Ada"; of who has one name alone, that name."""
    return ", ".join(part for part in (family_name.strip(), given_name.strip()) if part)
