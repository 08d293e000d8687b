"""A clinic with one therapist, a visit whose time will be freed, and patients who are booked later and may wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import func, select

from jobs.ticks import Round
from jobs.waitlist import run
from models import (
    Clinic,
    Offer,
)
from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.waitlist import OfferState, Suits
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.promises import Owner, VisitPlace, promise
from scheduler.services.by_link.answer_asked import AnswerAsked, answer_asked
from scheduler.services.by_link.answer_offer import OFFERED
from scheduler.services.changing.cancel import CancelVisit, cancel_visit
from scheduler.services.clean_book import booking
from scheduler.services.waiting.wait import WaitForEarlier, wait_for_earlier
from tests.builders import NOW, Kit, build_clinic, build_patient

SLOT = datetime(2027, 4, 7, 10)
SOON = timedelta(minutes=11)
S, State = AppointmentStatus, OfferState
THERAPIST = {"therapist": "th-1"}


class Desk:
    """A clinic with one therapist: a visit whose time will be freed, and patients booked later."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as session:
            self.kit: Kit = build_clinic(session, therapists=1)
        self.first = self.visit(SLOT, "First")
        self.waiters = [self.visit(SLOT + timedelta(days=day), f"Waiter {day}") for day in (1, 2, 5)]

    def visit(self, start: datetime, family: str, what: str = "therapy", where: Mapping[str, str] = THERAPIST) -> int:
        with self.database.writing() as session:
            patient_id = build_patient(session, self.kit, family=family, email=f"{family[-1]}@example.com")
            lock_patients(session, self.kit.clinic_id, [patient_id])
            place = VisitPlace(self.kit.visit_types[what], start, {
                kind: self.kit.resources[name] for kind, name in where.items()})
            done = promise(session, session.get(Clinic, self.kit.clinic_id), [place],
                           Owner(patient_id, S.BOOKED), by=self.kit.viewer(), now=NOW)
            assert not done.conflicts
            return done.appointments[0].id

    def do(self, verb, command, now: datetime = NOW):
        with booking(self.database, now=now) as session:
            return verb(session, command, by=self.kit.viewer(), now=now)

    def answer(self, offer_id: int, accept: bool, now: datetime = NOW, *, withdraw: bool = False):
        with booking(self.database, now=now) as session:
            command = AnswerAsked(offer_id, accept, withdraw)
            return answer_asked(session, OFFERED, command, by=self.kit.viewer(), now=now)

    def free(self) -> None:
        self.do(cancel_visit, CancelVisit(self.first, "a cold"))

    def wait(self, *numbers: int, suits: Suits = Suits()) -> None:
        for number in numbers:
            self.do(wait_for_earlier, WaitForEarlier((self.waiters[number],), suits), NOW + timedelta(seconds=number))

    def tick(self, now: datetime, mail: str | None = "a server") -> str | None:
        return run(Round(self.database, SimpleNamespace(mail_server=mail), now))  # type: ignore[arg-type]

    def offers(self) -> list[Offer]:
        with self.database.reading() as session:
            return list(session.scalars(select(Offer).where(Offer.clinic_id == self.kit.clinic_id).order_by(Offer.id)))

    def row(self, table, id_: int):
        with self.database.reading() as session:
            return session.get(table, id_)

    def count(self, table, *where) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table).where(
                table.clinic_id == self.kit.clinic_id, *where))
