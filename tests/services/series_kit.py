"""A protocol that a clinic has adopted, and a plan made by hand for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models import Protocol, ProtocolVersion
from scheduler.database import Database
from scheduler.planning.protocols import AdoptedProtocol, Preparation, ProtocolSettings, VisitTypes
from scheduler.protocols import catalogue
from scheduler.services.booking.book_series import BookedSeries, BookPlan, book_plan
from scheduler.services.booking.offers import PlanSeries
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.booking.wishes import Wishes
from scheduler.services.clean_book import booking
from scheduler.services.refusal import Refused
from tests.builders import NOW, Kit, build_order, build_patient

SETTINGS = ProtocolSettings(
    minus_days=1, plus_days=2, observation_minutes=60,
    visit_types=VisitTypes(infusion="infusion", preparation="therapy"),
    preparation=Preparation(count=1, lead_min_days=1, lead_max_days=7))
MONDAY = date(2027, 4, 5)
DAYS = (0, 2, 4, 7, 9, 11, 14)
"""Days after the first at which a preparation and six infusions keep every rule of `SETTINGS`."""


def build_protocol(session: Session, kit: Kit, settings: ProtocolSettings = SETTINGS,
                   published: str = "murrough_2013", name: str = "Induction") -> int:
    """A clinic's protocol with one version; gives the protocol's id."""
    protocol = Protocol(clinic_id=kit.clinic_id, name=name, catalogue_id=published)
    session.add(protocol)
    session.flush()
    document = AdoptedProtocol(catalogue.find(published), settings).to_document()
    session.add(ProtocolVersion(clinic_id=kit.clinic_id, protocol_id=protocol.id, version=1, document=document,
                                published_at=NOW))
    session.flush()
    return protocol.id


@dataclass
class Course:
    """A patient with an order, and the protocol of the clinic."""

    kit: Kit
    protocol_id: int
    patient_id: int
    order_id: int
    wishes: Wishes = field(default_factory=lambda: Wishes(MONDAY, 6, MONDAY + timedelta(days=300)))

    def plan(self, **changes) -> PlanSeries:
        """The command that asks for a plan."""
        return replace(PlanSeries(self.patient_id, self.order_id, self.protocol_id, self.wishes), **changes)

    def places(self, *, chair: str = "chair-1", nurse: str = "rn-1", hour: int = 9, week: int = 0,
               therapist: str = "th-1") -> tuple[VisitPlace, ...]:
        """A preparation and six infusions, made by hand."""
        ids, types = self.kit.resources, self.kit.visit_types
        starts = [datetime.combine(MONDAY + timedelta(days=day, weeks=week), datetime.min.time().replace(hour=hour))
                  for day in DAYS]
        return (VisitPlace(types["therapy"], starts[0], {"therapist": ids[therapist]}, "prep-1", 1), *(
            VisitPlace(types["infusion"], start, {"chair": ids[chair], "nurse": ids[nurse]}, f"inf-{at}", at + 1)
            for at, start in enumerate(starts[1:], start=1)))


def build_course(database: Database, kit: Kit, *, ordered: int = 6, protocol_id: int | None = None,
                 family: str = "Quill") -> Course:
    """A patient of the clinic with an order, under one protocol."""
    with database.writing() as session:
        protocol_id = protocol_id or build_protocol(session, kit)
        patient_id = build_patient(session, kit, family=family)
        return Course(kit, protocol_id, patient_id, build_order(session, kit, patient_id, ordered))


def book(database: Database, course: Course, key: str = "key-1", now: datetime = NOW,
         **places) -> BookedSeries | Refused:
    """Book the course's plan."""
    with booking(database, now=now) as session:
        command = BookPlan(course.plan(), course.places(**places), key)
        return book_plan(session, command, by=course.kit.viewer(), now=now)
