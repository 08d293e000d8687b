"""Is the book whole? An independent look at every row: it asks no rule of the product, it counts minutes itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from models import Appointment, AuditEntry, Claim, Hold, Message, Order, Phase, Resource, Series
from scheduler.database import Database

COUNTED = ("booked", "arrived", "in_progress", "fulfilled")
OCCUPYING = ("held", *COUNTED)


def faults_of(database: Database) -> list[str]:
    """Every sentence about something that must never be so; an empty list says that the book is whole."""
    with database.reading() as session:
        return [*_resources(session), *_patients(session), *_appointments(session), *_holds(session),
                *_series(session), *_orders(session), *_messages(session)]


def peak_of(database: Database, resource_id: int) -> int:
    """The most units of a resource that are claimed at any one moment."""
    with database.reading() as session:
        return _peak(_claims(session, Claim.resource_id).get(resource_id, []))


def _claims(session: Session, owner: Any) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in session.execute(select(owner.label("owner"), Claim.units, Claim.starts_at, Claim.ends_at)
                               .where(owner.is_not(None))):
        found[row.owner].append(row)
    return found


def _peak(claims: Iterable[Row]) -> int:
    """Walk along the time: what ends at an instant leaves before what begins at it comes."""
    changes = sorted(change for one in claims
                     for change in ((one.starts_at, one.units), (one.ends_at, -one.units)))
    load = peak = 0
    for _, units in changes:
        load += units
        peak = max(peak, load)
    return peak


def _resources(session: Session) -> list[str]:
    units = {row.id: row.units for row in session.execute(select(Resource.id, Resource.units))}
    peaks = {id_: _peak(claims) for id_, claims in _claims(session, Claim.resource_id).items()}
    return [f"resource {id_} has {units[id_]} units, {peak} are claimed at once"
            for id_, peak in peaks.items() if peak > units[id_]]


def _patients(session: Session) -> list[str]:
    peaks = {id_: _peak(claims) for id_, claims in _claims(session, Claim.patient_id).items()}
    return [f"patient {id_} is in {peak} places at once" for id_, peak in peaks.items() if peak > 1]


def _appointments(session: Session) -> list[str]:
    """Each occupying appointment claims exactly the unit-minutes of its phases; one that occupies nothing, nothing."""
    needed: dict[int, Counter] = defaultdict(Counter)
    for phase in session.execute(select(Phase.visit_type_id, Phase.minutes, Phase.with_patient, Phase.needs)):
        needed[phase.visit_type_id].update({kind: units * phase.minutes for kind, units in phase.needs.items()})
        needed[phase.visit_type_id]["patient"] += phase.minutes * phase.with_patient
    had: dict[int, Counter] = defaultdict(Counter)
    whose: dict[int, set] = defaultdict(set)
    for one in session.execute(
            select(Claim.appointment_id, Claim.units, Claim.starts_at, Claim.ends_at, Claim.patient_id,
                   Claim.resource_id, Resource.kind).outerjoin(Resource, Resource.id == Claim.resource_id)):
        had[one.appointment_id][one.kind or "patient"] += one.units * int((one.ends_at - one.starts_at).seconds // 60)
        whose[one.appointment_id].add((one.kind, one.patient_id, one.resource_id))
    faults = []
    for row in session.execute(select(Appointment.id, Appointment.patient_id, Appointment.visit_type_id,
                                      Appointment.status)):
        wanted = +needed[row.visit_type_id] if row.status in OCCUPYING else Counter()
        if had[row.id] != wanted:
            faults.append(f"appointment {row.id} ({row.status}) claims {dict(had[row.id])}, not {dict(wanted)}")
        if any(patient not in (None, row.patient_id) for _, patient, _ in whose[row.id]):
            faults.append(f"appointment {row.id} claims another patient")
        if len({kind for kind, _, _ in whose[row.id]}) != len(whose[row.id]):
            faults.append(f"appointment {row.id} is on two resources of a kind")
    return faults


def _holds(session: Session) -> list[str]:
    full = set(session.scalars(select(Appointment.hold_id)))
    return [f"hold {id_} holds nothing" for id_ in session.scalars(select(Hold.id)) if id_ not in full]


def _series(session: Session) -> list[str]:
    """A running series has each of its steps once, and was booked and told of in the same act."""
    booked: dict[int | None, Counter] = defaultdict(Counter)
    for visit in session.execute(select(Appointment.series_id, Appointment.step, Appointment.status)
                                 .where(Appointment.step.is_not(None))):
        booked[visit.series_id][visit.step] += visit.status in COUNTED
    written = Counter(session.scalars(select(AuditEntry.subject_id).where(_booking_of("series"))))
    told = set(session.scalars(select(Message.series_id)))
    faults = []
    for row in session.execute(select(Series.id, Series.steps).where(Series.status == "active")):
        steps = Counter(step["id"] for step in row.steps)
        if booked[row.id] != steps:
            faults.append(f"series {row.id} has the visits {dict(booked[row.id])} for the steps {list(steps)}")
        if written[row.id] != 1 or row.id not in told:
            faults.append(f"series {row.id} has {written[row.id]} audit entries and messages: {row.id in told}")
    return faults


def _orders(session: Session) -> list[str]:
    booked = Counter(session.scalars(select(Appointment.order_id).where(Appointment.status.in_(COUNTED))))
    return [f"order {row.id} is for {row.infusions} infusions, {booked[row.id]} are booked"
            for row in session.execute(select(Order.id, Order.infusions)) if booked[row.id] > row.infusions]


def _messages(session: Session) -> list[str]:
    """Nobody whose booking was refused is written to, nor stands in the audit as booked."""
    visits = set(session.scalars(select(Appointment.id)))
    booked = session.scalars(select(AuditEntry.subject_id).where(_booking_of("appointment"))).all()
    having = set(session.scalars(select(Appointment.patient_id)))
    told = set(session.scalars(select(Message.patient_id)))
    return [*(f"appointment {id_} stands in the audit and is not there" for id_ in booked if id_ not in visits),
            *(f"appointment {id_} was booked {times} times" for id_, times in Counter(booked).items() if times > 1),
            *(f"patient {id_} is written to about nothing" for id_ in told - having)]


def _booking_of(subject: str) -> ColumnElement[bool]:
    return (AuditEntry.verb == "book") & (AuditEntry.subject_type == subject)
