"""Claim time: lock who and what is wanted, write the claims, and turn the database's refusal into named conflicts.

Order of locks, the same everywhere, so that nothing deadlocks: patients by id, then resources by id. A patient's row
stands for everything of that patient (orders, series, holds, appointments), so whoever holds it may write them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Claim, Patient, Resource
from models.guards import PATIENT_TWICE, RESOURCE_FULL
from scheduler.planning.instants import wall
from scheduler.planning.occupation import Phase, spans
from scheduler.services.conflicts import PatientElsewhere, ResourceTaken

LONGEST = timedelta(days=1)
"""No claim is longer: the guards of the database refuse it."""


@dataclass(frozen=True)
class Wanted:
    """What one appointment is to occupy: its phases from `starts_at`, on one resource of each kind (by id)."""

    appointment_id: int
    patient_id: int
    starts_at: datetime
    phases: tuple[Phase, ...]
    resources: Mapping[str, int]
    step: str | None = None


def lock_patients(session: Session, clinic_id: int, patient_ids: Iterable[int]) -> set[int]:
    """Lock patients of a clinic until the transaction ends; gives the ids that exist there."""
    wanted = sorted(set(patient_ids))
    rows = session.scalars(
        select(Patient.id).where(Patient.clinic_id == clinic_id, Patient.id.in_(wanted))
        .order_by(Patient.id).with_for_update(key_share=True))
    return set(rows)


def lock_resources(session: Session, clinic_id: int, resource_ids: Iterable[int]) -> dict[int, Resource]:
    """Lock resources of a clinic until the transaction ends, after the patients; gives those that exist there."""
    rows = session.scalars(
        select(Resource).where(Resource.clinic_id == clinic_id, Resource.id.in_(sorted(set(resource_ids))))
        .order_by(Resource.id).with_for_update(key_share=True).execution_options(populate_existing=True))
    return {row.id: row for row in rows}


def release(session: Session, appointment_ids: Iterable[int]) -> None:
    """Give back everything that these appointments occupy."""
    session.execute(delete(Claim).where(Claim.appointment_id.in_(list(appointment_ids))),
                    execution_options={"synchronize_session": False})


def claim(session: Session, clinic_id: int, timezone: str, wanted: Sequence[Wanted],
          ) -> tuple[ResourceTaken | PatientElsewhere, ...]:
    """Occupy everything that is wanted, or nothing: gives the conflicts, none where it is done.

    The patients must be locked already (`lock_patients`); the resources are locked here, in the order of their ids.
    """
    lock_resources(session, clinic_id, (id_ for one in wanted for id_ in one.resources.values()))
    rows = [row for one in wanted for row in _rows(clinic_id, one)]
    if not rows:
        return ()
    try:
        with session.begin_nested():
            session.execute(insert(Claim), rows, execution_options={"render_nulls": True})
    except DBAPIError as refused:
        if not _is_conflict(refused):
            raise
        found = _conflicts(session, timezone, wanted, rows)
        if not found:
            raise
        return found
    return ()


def _is_conflict(refused: DBAPIError) -> bool:
    return any(word in str(refused.orig) for word in (RESOURCE_FULL, PATIENT_TWICE))


def _rows(clinic_id: int, one: Wanted) -> list[dict]:
    return [{
        "clinic_id": clinic_id, "appointment_id": one.appointment_id, "units": span.units,
        "resource_id": None if span.kind is None else one.resources[span.kind],
        "patient_id": one.patient_id if span.kind is None else None,
        "starts_at": one.starts_at + timedelta(minutes=span.begins),
        "ends_at": one.starts_at + timedelta(minutes=span.ends),
    } for span in spans(one.phases)]


def _conflicts(session: Session, timezone: str, wanted: Sequence[Wanted],
               rows: list[dict]) -> tuple[ResourceTaken | PatientElsewhere, ...]:
    """Every wanted claim that does not fit beside what is there and beside the other wanted ones, named."""
    there = _there(session, rows)
    resources = {row.id: row for row in session.scalars(
        select(Resource).where(Resource.id.in_({row["resource_id"] for row in rows} - {None})))}
    steps = {one.appointment_id: one.step for one in wanted}
    everything = [*there, *rows]
    found: dict = {}
    for row in rows:
        span = {"starts_at": row["starts_at"], "ends_at": row["ends_at"], "step": steps[row["appointment_id"]],
                "wall_start": wall(row["starts_at"], timezone), "wall_end": wall(row["ends_at"], timezone)}
        if row["resource_id"] is None:
            if any(_meet(row, other) and other["patient_id"] == row["patient_id"]
                   and other["appointment_id"] != row["appointment_id"] for other in everything):
                found[row["appointment_id"], None] = PatientElsewhere(patient_id=row["patient_id"], **span)
        elif _peak(row, everything) > resources[row["resource_id"]].units:
            resource = resources[row["resource_id"]]
            found.setdefault((row["appointment_id"], resource.id), ResourceTaken(
                resource_id=resource.id, kind=resource.kind, name=resource.name,
                appointment_id=row["appointment_id"], **span))
    return tuple(found.values())


def _there(session: Session, rows: list[dict]) -> list[dict]:
    columns = ("resource_id", "patient_id", "appointment_id", "units", "starts_at", "ends_at")
    beside = or_(*(
        and_(Claim.patient_id == row["patient_id"] if row["resource_id"] is None
             else Claim.resource_id == row["resource_id"],
             Claim.starts_at > row["starts_at"] - LONGEST, Claim.starts_at < row["ends_at"],
             Claim.ends_at > row["starts_at"]) for row in rows))
    return [{name: getattr(other, name) for name in columns}
            for other in session.execute(select(*(getattr(Claim, name) for name in columns)).where(beside))]


def _meet(one: dict, other: dict) -> bool:
    return one["starts_at"] < other["ends_at"] and other["starts_at"] < one["ends_at"]


def _peak(row: dict, everything: list[dict]) -> int:
    beside = [other for other in everything if other["resource_id"] == row["resource_id"] and _meet(row, other)]
    marks = {max(other["starts_at"], row["starts_at"]) for other in beside}
    return max(sum(other["units"] for other in beside if other["starts_at"] <= mark < other["ends_at"])
               for mark in marks)
