"""Which link a token or a cookie stands for. Looking changes nothing: mail scanners open every link."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Clinic, PatientLink

VISIT = "visit"
"""The purpose of a link that shows one visit and takes the answer."""
VISITS = "visits"
"""The purpose of a link that shows every visit to come."""
OFFER = "offer"
"""The purpose of a link that offers one time."""
NEW_TIMES = "new times"
"""The purpose of a link that asks whether new times suit."""
CLINICS_SHOWN = 5
LOCKED_IS_NEWS_FOR = timedelta(days=30)


@dataclass(frozen=True)
class LinkRow:
    """A link that still holds. `reference` is safe in a form: it does not open the link."""

    id: int
    clinic_id: int
    patient_id: int
    appointment_id: int | None
    purpose: str
    reference: str
    message_id: int | None = None
    locked: bool = False
    """Whether it asks for no date of birth any more, because too many were wrong."""


@dataclass(frozen=True)
class ClinicLine:
    """Whom to call."""

    name: str
    telephone: str


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def link_of_token(session: Session, token: str, *, now: datetime) -> LinkRow | None:
    """The link of a token, unless it is wrong or over: the two are not told apart."""
    return _row(session.scalar(select(PatientLink).where(PatientLink.token_hash == hash_of(token))), now)


def link_by_id(session: Session, link_id: int, *, now: datetime) -> LinkRow | None:
    """The link of a signed cookie, unless it is over."""
    return _row(session.get(PatientLink, link_id), now)


def locked_since(session: Session, clinic_id: int, patient_id: int, *, now: datetime) -> datetime | None:
    """Since when a link of this patient is locked by wrong dates of birth; None where none is, or long ago."""
    return session.scalar(select(func.max(PatientLink.locked_at)).where(
        PatientLink.clinic_id == clinic_id, PatientLink.patient_id == patient_id,
        PatientLink.locked_at > now - LOCKED_IS_NEWS_FOR))


def clinics_to_call(session: Session) -> tuple[ClinicLine, ...]:
    """Whom somebody may call whose link does not open: the clinics of this house, unless they are many."""
    rows = session.execute(select(Clinic.name, Clinic.telephone).order_by(Clinic.name).limit(CLINICS_SHOWN + 1)).all()
    return tuple(ClinicLine(row.name, row.telephone) for row in rows) if len(rows) <= CLINICS_SHOWN else ()


def _row(link: PatientLink | None, now: datetime) -> LinkRow | None:
    if link is None or link.expires_at <= now:
        return None
    return LinkRow(link.id, link.clinic_id, link.patient_id, link.appointment_id, link.purpose, link.token_hash[:16],
                   link.message_id, link.locked_at is not None)
