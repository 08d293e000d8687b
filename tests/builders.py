"""Small clinics for tests, built row by row: what a test says of them is written in the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    Appointment,
    Clinic,
    Consent,
    Membership,
    OpeningHours,
    Order,
    Patient,
    Phase,
    Protocol,
    ProtocolVersion,
    Resource,
    Series,
    StaffMember,
    VisitKind,
    VisitType,
)
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.planning.words import Channel, Role

NOW = datetime(2027, 4, 2, 14, 0, tzinfo=UTC)
"""The instant at which tests happen unless they say otherwise: a Friday, 10 in the morning in Maryland."""

INFUSION_PHASES = (
    ("check-in", 15, True, {"chair": 1, "nurse": 2}), ("infusion", 40, True, {"chair": 1, "nurse": 2}),
    ("recovery", 60, True, {"chair": 1, "nurse": 1}), ("turnover", 10, False, {"chair": 1}))
THERAPY_PHASES = (("session", 50, True, {"therapist": 1}), ("notes", 10, False, {"therapist": 1}))


@dataclass
class Kit:
    """The ids of what a built clinic has."""

    clinic_id: int
    visit_types: dict[str, int] = field(default_factory=dict)
    resources: dict[str, int] = field(default_factory=dict)
    staff: dict[Role, int] = field(default_factory=dict)

    def viewer(self, role: Role = Role.FRONT_DESK) -> Viewer:
        """The staff member of a role, as a service sees them."""
        return Viewer(clinic_id=self.clinic_id, staff_id=self.staff[role], roles=frozenset({role}),
                      name=f"Staff {role}", initials="ST")


def build_clinic(session: Session, name: str = "Alder Clinic", *, chairs: int = 3, nurses: int = 2,
                 nurse_units: int = 4, therapists: int = 2) -> Kit:
    """A clinic in Maryland, open Monday to Friday 8 to 18, with example visit types and one staff member a role."""
    clinic = Clinic(name=name, short_name=name.split()[0], timezone="America/New_York", telephone="+13015550100")
    session.add(clinic)
    session.flush()
    kit = Kit(clinic.id)
    session.add_all(OpeningHours(clinic_id=clinic.id, weekday=day, opens=time(8), closes=time(18)) for day in range(5))
    for code, kind, phases in (("infusion", VisitKind.INFUSION, INFUSION_PHASES),
                               ("therapy", VisitKind.THERAPY, THERAPY_PHASES)):
        visit_type = VisitType(clinic_id=clinic.id, code=code, name=code.capitalize(), kind=kind)
        session.add(visit_type)
        session.flush()
        session.add_all(
            Phase(clinic_id=clinic.id, visit_type_id=visit_type.id, position=position, name=phase, minutes=minutes,
                  with_patient=there, needs=needs)
            for position, (phase, minutes, there, needs) in enumerate(phases))
        kit.visit_types[code] = visit_type.id
    wanted = [("chair", f"chair-{n + 1}", 1) for n in range(chairs)] \
        + [("nurse", f"rn-{n + 1}", nurse_units) for n in range(nurses)] \
        + [("therapist", f"th-{n + 1}", 1) for n in range(therapists)]
    for kind, resource_name, units in wanted:
        resource = Resource(clinic_id=clinic.id, kind=kind, name=resource_name, units=units)
        session.add(resource)
        session.flush()
        kit.resources[resource_name] = resource.id
    for role in Role:
        member = StaffMember(name=f"{role.capitalize()} of {name}", initials=role[:2].upper(),
                             email=f"{role.replace(' ', '-')}@{name.split()[0].lower()}.example.com")
        session.add(member)
        session.flush()
        session.add(Membership(staff_id=member.id, clinic_id=clinic.id, role=role))
        kit.staff[role] = member.id
    return kit


def build_patient(session: Session, kit: Kit, given: str = "Ada", family: str = "Quill", *,
                  birth_date: date = date(1980, 5, 17), email: str | None = "ada@example.com",
                  telephone: str | None = "+13015550123", consents: tuple[Channel, ...] = (Channel.EMAIL,)) -> int:
    """A patient of the kit's clinic who has consented to `consents`; gives the id."""
    patient = Patient(
        clinic_id=kit.clinic_id, given_name=given, family_name=family, search_name=f"{family} {given}".lower(),
        birth_date=birth_date, email=email, telephone=telephone, can_be_texted=telephone is not None,
        created_at=NOW, changed_at=NOW)
    session.add(patient)
    session.flush()
    session.add_all(Consent(clinic_id=kit.clinic_id, patient_id=patient.id, channel=channel, granted_at=NOW,
                            how="on paper") for channel in consents)
    session.flush()
    return patient.id


def build_order(session: Session, kit: Kit, patient_id: int, infusions: int = 6) -> int:
    """An order of the kit's clinician; gives the id."""
    order = Order(clinic_id=kit.clinic_id, patient_id=patient_id, ordered_by=kit.staff[Role.CLINICIAN],
                  ordered_on=NOW.date(), infusions=infusions, recorded_at=NOW)
    session.add(order)
    session.flush()
    return order.id


def build_noise(session: Session) -> None:
    """A second clinic with rows of its own, which no test of the first may ever see."""
    kit = build_clinic(session, "Noise Clinic")
    for number in range(3):
        patient_id = build_patient(session, kit, "Noisy", f"Stranger {number}", email=f"noise{number}@example.com")
        build_order(session, kit, patient_id)


def build_series(session: Session, kit: Kit, patient_id: int) -> int:
    """An active series of six on an order and a protocol that says nothing; gives the id."""
    number = session.scalar(select(func.count(Protocol.id)))
    protocol = Protocol(clinic_id=kit.clinic_id, name=f"Protocol {number}")
    session.add(protocol)
    session.flush()
    version = ProtocolVersion(
        clinic_id=kit.clinic_id, protocol_id=protocol.id, version=1, document={}, published_at=NOW)
    session.add(version)
    session.flush()
    series = Series(
        clinic_id=kit.clinic_id, patient_id=patient_id, protocol_version_id=version.id, status=SeriesStatus.ACTIVE,
        order_id=build_order(session, kit, patient_id), infusions=6, earliest_on=NOW.date(),
        latest_on=NOW.date() + timedelta(days=60), idempotency_key=f"series {number}", booked_at=NOW)
    session.add(series)
    session.flush()
    return series.id


def build_visit(session: Session, kit: Kit, patient_id: int, starts_at: datetime = NOW + timedelta(days=7), *,
                visit_type: str = "infusion", series_id: int | None = None, step: str | None = None,
                status: AppointmentStatus = AppointmentStatus.BOOKED) -> int:
    """A visit without claims, as long as its phases in INFUSION_PHASES or THERAPY_PHASES; gives the id."""
    phases = INFUSION_PHASES if visit_type == "infusion" else THERAPY_PHASES
    whole = timedelta(minutes=sum(minutes for _, minutes, _, _ in phases))
    there = timedelta(minutes=sum(minutes for _, minutes, with_patient, _ in phases if with_patient))
    wall = starts_at.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None)
    visit = Appointment(
        clinic_id=kit.clinic_id, patient_id=patient_id, visit_type_id=kit.visit_types[visit_type], status=status,
        series_id=series_id, step=step, starts_at=starts_at, ends_at=starts_at + whole,
        patient_leaves_at=starts_at + there, wall_start=wall, timezone="America/New_York", starts_on=wall.date(),
        booked_at=NOW)
    session.add(visit)
    session.flush()
    return visit.id
