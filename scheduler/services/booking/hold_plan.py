"""Hold a chosen plan for the clinic's hold time: its appointments occupy, nobody has been told, it goes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Hold
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import HoldPurpose
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.expired_holds import LASTING, drop_holds
from scheduler.services.booking.legality import refuse_rules, refuse_shape
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.offers import PlanSeries
from scheduler.services.booking.promises import Owner, VisitPlace, promise
from scheduler.services.booking.terms import Terms, terms_for
from scheduler.services.conflicts import HoldGone
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class HoldPlan:
    """Hold these places for this plan; `plan.instead_of`, an earlier hold of the same patient, goes in the same act."""

    plan: PlanSeries
    places: tuple[VisitPlace, ...]


@dataclass(frozen=True)
class ReleaseHold:
    """Give a hold up before its time."""

    hold_id: int


@dataclass(frozen=True)
class Held:
    """The hold, until when, and its appointments."""

    hold_id: int
    expires_at: datetime
    appointment_ids: tuple[int, ...]


@dataclass(frozen=True)
class Released:
    """The hold is gone."""

    hold_id: int


@whole
def hold_plan(session: Session, command: HoldPlan, *, by: Viewer, now: datetime) -> Held | Refused | NotFound:
    """Hold a plan whole, or not at all. Use it inside `booking(database, now=…)`."""
    clinic, plan = clinic_row(session, by.clinic_id), command.plan
    if not lock_patients(session, clinic.id, [plan.patient_id]):
        return NotFound("patient")
    terms = terms_for(session, clinic, plan)
    if not isinstance(terms, Terms):
        return terms
    if plan.instead_of is not None and (old := locked_hold(session, clinic.id, plan.instead_of)) is not None:
        if old.patient_id != plan.patient_id:
            return NotFound("hold")
        drop_holds(session, [old.id])
    return (refuse_shape(clinic, terms, command.places, now=now)
            or _hold(session, clinic, plan.patient_id, terms, command.places, by, now))


def _hold(session: Session, clinic: Clinic, patient_id: int, terms: Terms, places: Sequence[VisitPlace], by: Viewer,
          now: datetime) -> Held | Refused:
    hold = Hold(clinic_id=clinic.id, patient_id=patient_id, held_by=by.staff_id, purpose=HoldPurpose.SERIES,
                terms=terms.to_document(), expires_at=now + timedelta(minutes=clinic.hold_minutes), created_at=now)
    session.add(hold)
    session.flush()
    owner = Owner(patient_id, AppointmentStatus.HELD, hold_id=hold.id, order_id=terms.order_id)
    promised = promise(session, clinic, places, owner, by=by, now=now)
    if promised.conflicts:
        return Refused(promised.conflicts)
    if refused := refuse_rules(session, clinic, patient_id, terms, places, now=now):
        return refused
    ids = tuple(row.id for row in promised.appointments)
    audit.record(session, by=by, verb="hold", subject="hold", subject_id=hold.id, patient_id=patient_id, now=now,
                 detail={"order": terms.order_id, "visits": len(ids)})
    return Held(hold.id, hold.expires_at, ids)


@whole
def release_hold(session: Session, command: ReleaseHold, *, by: Viewer, now: datetime) -> Released | Refused | NotFound:
    """Give a hold up. One that is gone already is said to be gone."""
    patient_id = session.scalar(select(Hold.patient_id).where(
        Hold.id == command.hold_id, Hold.clinic_id == by.clinic_id))
    if patient_id is None:
        return NotFound("hold")
    lock_patients(session, by.clinic_id, [patient_id])
    hold = locked_hold(session, by.clinic_id, command.hold_id)
    if hold is None:
        return Refused((HoldGone(command.hold_id),))
    drop_holds(session, [hold.id])
    audit.record(session, by=by, verb="release", subject="hold", subject_id=command.hold_id, patient_id=patient_id,
                 now=now)
    return Released(command.hold_id)


def locked_hold(session: Session, clinic_id: int, hold_id: int) -> Hold | None:
    """The hold's row, locked against its release; None where it is gone. Its patient must be locked already."""
    return session.scalar(select(Hold).where(
        Hold.id == hold_id, Hold.clinic_id == clinic_id, Hold.purpose.not_in(LASTING))
                          .with_for_update().execution_options(populate_existing=True))
