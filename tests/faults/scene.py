"""What the races are about: many patients who all want the same times, from today's date on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import insert

from models import Consent, Order, Patient
from scheduler.clock import utc_now
from scheduler.database import Database
from scheduler.planning.words import Channel, Role
from scheduler.services.booking.offers import PlanSeries
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.booking.wishes import Wishes
from tests.builders import Kit
from tests.services.series_kit import DAYS


def coming_monday() -> date:
    """A Monday one to two weeks from now: the web processes live in the present."""
    today = utc_now().date()
    return today + timedelta(days=14 - today.weekday())


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """A wall time on that Monday, or so many days later."""
    return datetime.combine(coming_monday() + timedelta(days=day), time(hour, minute))


def people(database: Database, kit: Kit, number: int) -> list[int]:
    """So many patients, who may be written to; gives their ids."""
    now = utc_now()
    with database.writing() as session:
        rows = [Patient(clinic_id=kit.clinic_id, given_name="Ada", family_name=f"Racer {at}",
                        search_name=f"racer {at} ada", birth_date=date(1980, 5, 17), email=f"racer{at}@example.com",
                        telephone=None, can_be_texted=False, created_at=now, changed_at=now) for at in range(number)]
        session.add_all(rows)
        session.flush()
        session.execute(insert(Consent), [
            {"clinic_id": kit.clinic_id, "patient_id": row.id, "channel": Channel.EMAIL, "granted_at": now,
             "how": "on paper"} for row in rows])
        return [row.id for row in rows]


def orders(database: Database, kit: Kit, patients: list[int], infusions: int = 6) -> list[int]:
    """An order for each of them; gives the ids."""
    now = utc_now()
    with database.writing() as session:
        rows = [Order(clinic_id=kit.clinic_id, patient_id=id_, ordered_by=kit.staff[Role.CLINICIAN],
                      ordered_on=now.date(), infusions=infusions, recorded_at=now) for id_ in patients]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def course_places(kit: Kit, *, chair: str = "chair-1", nurse: str = "rn-1",
                  therapist: str = "th-1") -> tuple[VisitPlace, ...]:
    """A preparation and six infusions that keep every rule of the protocol of `series_kit`."""
    ids, types = kit.resources, kit.visit_types
    return (VisitPlace(types["therapy"], at(9, day=DAYS[0]), {"therapist": ids[therapist]}, "prep-1", 1), *(
        VisitPlace(types["infusion"], at(9, day=day), {"chair": ids[chair], "nurse": ids[nurse]}, f"inf-{number}",
                   number + 1) for number, day in enumerate(DAYS[1:], start=1)))


def series_of(patient_id: int, order_id: int, protocol_id: int) -> PlanSeries:
    """Six infusions from that Monday on."""
    return PlanSeries(patient_id, order_id, protocol_id, Wishes(coming_monday(), 6, coming_monday() + timedelta(60)))
