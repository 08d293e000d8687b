"""What the clinic does in a simulated year: books courses and single visits, moves, calls off, and records them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from models import Appointment, VisitType
from scheduler.commands.demo_clinic.clinic import ZONE
from scheduler.commands.simulated.world import DESK, DOCTOR, NURSE, World
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import VisitKind
from scheduler.queries.visits import VisitRow, visits
from scheduler.services.booking.book_series import BookedSeries, BookPlan, book_plan
from scheduler.services.booking.book_visit import BookedVisit, BookVisit, book_visit
from scheduler.services.booking.free_times import VisitTimes, visit_times
from scheduler.services.booking.offers import PlanOffer, PlanSeries
from scheduler.services.booking.plan_series import plan_series
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.booking.record_order import RecordOrder, record_order
from scheduler.services.booking.wishes import Wishes
from scheduler.services.changing.cancel import Cancelled, CancelVisit, cancel_visit
from scheduler.services.changing.record_visit import Happened, RecordVisit, record_visit
from scheduler.services.changing.reschedule import Moved, MoveVisit, move_visit
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused

MOVES, CANCELS, NO_SHOWS, LATE = 0.08, 0.05, 0.04, 0.1
APART = (timedelta(hours=1), timedelta(hours=-1), timedelta(hours=2), timedelta(days=1), timedelta(days=-1))
TO_LOOK = timedelta(minutes=11)
"""When the waiting list looks at a freed time: the desk has ten minutes to take its act back."""


class Visiting:
    """The visits of a year."""

    def __init__(self, world: World, freed: object) -> None:
        self._world, self._freed = world, freed

    def begin(self, days: int, series: int) -> None:
        """Spread so many courses, and as many single visits, over the days."""
        world = self._world
        for number in range(2 * series):
            on = world.begins + timedelta(days=world.random.randrange(max(1, days - (35 if number < series else 8))))
            at = world.at(on, time(world.random.randrange(8, 17), world.random.randrange(60)))
            act = self.book_course if number < series else self.book_single
            world.then(at, lambda act=act, number=number: act(number))

    def book_course(self, number: int) -> bool:
        """Order, plan and book a course."""
        world, today = self._world, self._today()
        desk, patient_id = world.by(DESK), world.patients[number % len(world.patients)]
        protocol = world.random.choice([world.made.protocols[name] for name in ("twice", "thrice", "alone")])
        with world.database.writing() as session:
            order = record_order(session, RecordOrder(patient_id, world.made.staff[DOCTOR], 6, today), by=desk,
                                 now=world.clock)
            if isinstance(order, Refused | NotFound):
                return self._refused("bookings")
            wishes = Wishes(today + timedelta(days=world.random.choice((1, 2, 5, 12))), 6)
            offer = plan_series(session, PlanSeries(patient_id, order.order_id, protocol, wishes), by=desk,
                                now=world.clock)
            booked = book_plan(session, BookPlan(offer.command, offer.plans[0].places, f"year-{number}"), by=desk,
                               now=world.clock) if isinstance(offer, PlanOffer) else None
            if not isinstance(booked, BookedSeries):
                return self._refused("bookings")
            rows = visits(session, world.made.clinic_id, Appointment.series_id == booked.series_id)
        world.done["series booked"] += 1
        return self._booked(rows)

    def book_single(self, number: int) -> bool:
        """Book a consultation by itself."""
        world, first = self._world, self._today() + timedelta(days=self._world.random.randrange(1, 12))
        patient_id = world.random.choice(world.patients)
        with booking(world.database, now=world.clock) as session:
            type_id = session.scalars(select(VisitType.id).where(
                VisitType.clinic_id == world.made.clinic_id, VisitType.kind == VisitKind.CONSULTATION)).one()
            times = visit_times(session, VisitTimes(patient_id, type_id, first, first + timedelta(days=3)),
                                by=world.by(DESK), now=world.clock)
            if isinstance(times, Refused | NotFound) or not times:
                return self._refused("bookings")
            chosen = world.random.choice(times)
            done = book_visit(session, BookVisit(patient_id, VisitPlace(type_id, chosen.wall_start, chosen.chosen),
                                                 f"single-{number}"), by=world.by(DESK), now=world.clock)
            if not isinstance(done, BookedVisit):
                return self._refused("bookings")
            rows = visits(session, world.made.clinic_id, Appointment.id == done.appointment_id)
        world.done["single visits booked"] += 1
        return self._booked(rows)

    def expect(self, visit_id: int, starts_at: datetime, leaves_at: datetime) -> None:
        """Whoever is to come then comes, or does not; it is recorded, sometimes hours late."""
        world = self._world
        if world.share(NO_SHOWS):
            world.then(starts_at + timedelta(minutes=30), lambda: self._record(visit_id, starts_at, Happened.NO_SHOW))
            return
        late = timedelta(hours=5) if world.share(LATE) else timedelta(0)
        world.then(leaves_at + late, lambda: self._record(visit_id, starts_at, Happened.DONE))

    def moved(self, moved: Moved, length: timedelta) -> bool:
        """A visit has moved: it is expected at its new time, and the old one may be offered on."""
        self.expect(moved.appointment_id, moved.starts_at, moved.starts_at + length)
        self.freed()
        return True

    def freed(self) -> None:
        """A time was given back."""
        self._world.then(self._world.clock + TO_LOOK, self._freed)  # type: ignore[arg-type]

    def _booked(self, rows: tuple[VisitRow, ...]) -> bool:
        self._world.done["visits booked"] += len(rows)
        for row in rows:
            self.expect(row.id, row.starts_at, row.patient_leaves_at)
            self._trouble(row)
        return True

    def _trouble(self, row: VisitRow) -> None:
        world = self._world
        at = row.starts_at - timedelta(hours=world.random.uniform(3, 150))
        fate = world.random.random()
        if fate < MOVES:
            world.then(at, lambda: self._move(row.id))
        elif fate < MOVES + CANCELS:
            world.then(at, lambda: self._cancel(row.id))

    def _move(self, visit_id: int) -> bool:
        world = self._world
        for apart in world.random.sample(APART, len(APART)):
            with booking(world.database, now=world.clock) as session:
                row = session.get_one(Appointment, visit_id)
                if row.status != AppointmentStatus.BOOKED or row.starts_at <= world.clock:
                    return False
                result = move_visit(session, MoveVisit(visit_id, row.version, row.wall_start + apart,
                                                       override_reason="Agreed with the patient"),
                                    by=world.by(NURSE), now=world.clock)
                length = row.patient_leaves_at - row.starts_at
                if not isinstance(result, Moved):
                    session.rollback()
            if isinstance(result, Moved):
                world.done["visits moved by the desk"] += 1
                return self.moved(result, length)
        return self._refused("moves")

    def _cancel(self, visit_id: int) -> bool:
        world = self._world
        with world.database.writing() as session:
            if session.get_one(Appointment, visit_id).status != AppointmentStatus.BOOKED:
                return False
            result = cancel_visit(session, CancelVisit(visit_id, "Patient called"), by=world.by(DESK),
                                  now=world.clock)
        world.done["visits called off by the desk"] += isinstance(result, Cancelled)
        self.freed()
        return True

    def _record(self, visit_id: int, starts_at: datetime, happened: Happened) -> bool:
        world = self._world
        with world.database.writing() as session:
            if session.get_one(Appointment, visit_id).starts_at != starts_at:
                return False
            result = record_visit(session, RecordVisit(visit_id, happened, ""), by=world.by(NURSE), now=world.clock)
        if not isinstance(result, Refused | NotFound):
            world.done[f"visits {'missed' if happened == Happened.NO_SHOW else 'that took place'}"] += 1
        return False

    def _refused(self, what: str) -> bool:
        self._world.done[f"{what} refused"] += 1
        return False

    def _today(self) -> date:
        return wall(self._world.clock, ZONE).date()
