"""Write down who takes a patient home, as the patient says it behind a link."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, RideHome
from scheduler.interop.telephones import TelephoneUse, read_telephone
from scheduler.services import audit
from scheduler.services.by_link.by_link import visit_of
from scheduler.services.refusal import Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class NameRide:
    """Somebody, how to reach them, and whether they have said yes. An empty name takes back what was said."""

    link_id: int
    appointment_id: int
    name: str = field(default="", repr=False)
    telephone: str = field(default="", repr=False)
    agreed: bool = False


@dataclass(frozen=True)
class RideNamed:
    """The ride is on file; None where it was taken back."""

    ride_id: int | None


@whole
def name_ride(session: Session, command: NameRide, *, now: datetime) -> RideNamed | Refused:
    """Write the ride of one visit that is still to come."""
    found = visit_of(session, command.link_id, command.appointment_id, now=now)
    if isinstance(found, Refused):
        return found
    holder, row = found
    ride = session.scalar(select(RideHome).where(RideHome.appointment_id == row.id))
    region = session.get_one(Clinic, row.clinic_id).region
    name = " ".join(command.name.split())[:80]
    if not name:
        if ride is not None:
            session.delete(ride)
    else:
        if ride is None:
            ride = RideHome(clinic_id=row.clinic_id, appointment_id=row.id)
            session.add(ride)
        number = command.telephone.strip()[:40]
        ride.name, ride.named_at = name, now
        ride.telephone = read_telephone(number, use=TelephoneUse.MOBILE, region=region).number if number else ""
        ride.confirmed_at = now if command.agreed else None
    session.flush()
    audit.record(session, by=holder.by, verb="name ride" if name else "take back ride", subject="appointment",
                 subject_id=row.id, patient_id=row.patient_id, now=now, detail={"link": holder.link.id})
    return RideNamed(ride.id if ride is not None and name else None)
