"""Ask for the date of birth behind a patient's link: a few wrong ones lock the link, and the desk calls.

Counted under the patient's lock, so that a thousand guesses at once count as a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Call, Patient, PatientLink
from scheduler.planning.words import CallResult
from scheduler.services import audit
from scheduler.services.by_link.by_link import holder_of
from scheduler.services.refusal import Refused

TRIES_A_LINK = 5
"""Wrong dates after which one link asks no more."""
TRIES_A_PATIENT = 12
"""Wrong dates, over all links of one patient, after which none of them asks until the desk has reached the patient."""
COUNTED_FOR = timedelta(days=30)


@dataclass(frozen=True)
class ProveBirthDate:
    """A date of birth that was entered behind a link."""

    link_id: int
    birth_date: date = field(repr=False)


@dataclass(frozen=True)
class Proven:
    """It is the patient's."""


@dataclass(frozen=True)
class WrongDate:
    """It is not; `left` tries remain."""

    left: int
    sentence: str = "That is not the date of birth that we have."


@dataclass(frozen=True)
class Locked:
    """Too many wrong ones: neither right nor wrong is told any more."""

    sentence: str = "There were too many wrong tries. To protect you this part is closed. Please call us."


def prove_birth_date(session: Session, command: ProveBirthDate, *, now: datetime) -> Proven | Refused:
    """Compare, and count what is wrong. The count is kept although it is refused: do not run this in a savepoint."""
    holder = holder_of(session, command.link_id, now=now)
    if isinstance(holder, Refused):
        return holder
    link = holder.link
    if link.locked_at is not None or _left(session, link, now) <= 0:
        return Refused((Locked(),))
    if session.get_one(Patient, link.patient_id).birth_date == command.birth_date:
        link.wrong_tries = 0
        return Proven()
    link.wrong_tries += 1
    session.flush()
    left = _left(session, link, now)
    if left > 0:
        return Refused((WrongDate(left),))
    link.locked_at = now
    audit.record(session, by=holder.by, verb="lock link", subject="patient", subject_id=link.patient_id,
                 patient_id=link.patient_id, now=now, detail={"link": link.id})
    return Refused((Locked(),))


def _left(session: Session, link: PatientLink, now: datetime) -> int:
    """How many wrong dates this link may still take, alone and beside the patient's other links."""
    since = session.scalar(select(func.max(Call.called_at)).where(
        Call.patient_id == link.patient_id, Call.result == CallResult.REACHED))
    wrong = session.scalar(select(func.coalesce(func.sum(PatientLink.wrong_tries), 0)).where(
        PatientLink.patient_id == link.patient_id,
        PatientLink.created_at > max(since or now - COUNTED_FOR, now - COUNTED_FOR)))
    return min(TRIES_A_LINK - link.wrong_tries, TRIES_A_PATIENT - int(wrong or 0))
