"""Let the stories happen: every booking, letter, answer and record at its own instant, by the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.messages import deliver
from models import Appointment, Opening, PatientLink
from scheduler.access import Viewer
from scheduler.commands.demo_clinic.answers import answer_by
from scheduler.commands.demo_clinic.clinic import ZONE, Made
from scheduler.commands.demo_clinic.done import done
from scheduler.commands.demo_clinic.stories import Story
from scheduler.commands.demo_clinic.texting import answer
from scheduler.database import Database
from scheduler.messaging.fakes import MemoryMail, MemoryTexts
from scheduler.messaging.ports import Ports
from scheduler.planning.gates import Decision
from scheduler.planning.instants import instant, wall
from scheduler.planning.lifecycle import AppointmentStatus, Departure
from scheduler.planning.words import Role
from scheduler.queries.gates import gates_of_series
from scheduler.queries.visits import VisitRow, visits
from scheduler.services.booking.book_series import BookPlan, book_plan
from scheduler.services.booking.offers import PlanOffer, PlanSeries
from scheduler.services.booking.openings import close_opening
from scheduler.services.booking.plan_series import plan_series
from scheduler.services.booking.record_order import RecordOrder, record_order
from scheduler.services.booking.wishes import Wishes
from scheduler.services.by_link.answer_link import Answer
from scheduler.services.changing.cancel import CancelVisit, StopSeries, cancel_visit, stop_series
from scheduler.services.changing.decide_gate import DecideGate, decide_gate
from scheduler.services.changing.pause import PauseSeries, pause_series
from scheduler.services.changing.record_visit import Happened, RecordVisit, record_visit
from scheduler.services.changing.release_gates import release_gates
from scheduler.services.changing.set_aside import SetAside, set_aside
from scheduler.services.clean_book import booking
from scheduler.services.waiting.offer_times import OffersMade, OfferTime, offer_time
from scheduler.services.waiting.wait import WaitForEarlier, wait_for_earlier

BOOKED_BEFORE = timedelta(days=6)
ROUND = timedelta(hours=6)
LATE = timedelta(minutes=30)
ASIDE = {"deferred": (Departure.DEFERRED, "Wishes to wait until after a family visit", 3),
         "omitted": (Departure.OMITTED, "Agreed to leave this one out", 0)}
"""By twist: how a step is set aside, why, and how many days later it may be at the earliest."""
NOTES = {"infusion": "Went as planned.", "therapy": "Spoke about the last days."}


@dataclass(frozen=True)
class Event:
    """Something that happens at an instant."""

    at: datetime
    act: Callable[[Session], object]


def book_stories(database: Database, made: Made, patients: list[int], stories: tuple[Story, ...], now: datetime,
                 told: Callable[[], None]) -> dict[int, Story]:
    """Order, plan and book every series, each at its own instant; gives the story by series id."""
    booked: dict[int, Story] = {}
    for story in sorted(stories, key=lambda one: one.starts):
        today = wall(now, ZONE).date()
        at = min(instant(datetime.combine(today + timedelta(days=story.starts), datetime.min.time()), ZONE)
                 - BOOKED_BEFORE + timedelta(hours=10), now - timedelta(minutes=5))
        with database.writing() as session:
            booked[_book(session, made, patients[story.patient], story, at, now)] = story
        told()
    return booked


def _book(session: Session, made: Made, patient_id: int, story: Story, at: datetime, now: datetime) -> int:
    by = made.viewer("desk@example.com", Role.FRONT_DESK)
    order = done(record_order(session, RecordOrder(
        patient_id, made.staff["doctor@example.com"], 6, wall(at, ZONE).date()), by=by, now=at))
    earliest = wall(now, ZONE).date() + timedelta(days=story.starts)
    wishes = Wishes(earliest, 6, weekdays=story.weekdays, from_time=story.from_time, to_time=story.to_time)
    offer = done(plan_series(session, PlanSeries(
        patient_id, order.order_id, made.protocols[story.protocol], wishes), by=by, now=at))
    if not isinstance(offer, PlanOffer):
        raise RuntimeError(f"the demo clinic cannot be built: {offer.sentence}")
    return done(book_plan(session, BookPlan(
        offer.command, offer.plans[0].places, f"demo-{patient_id}-{story.starts}"), by=by, now=at)).series_id


def live(database: Database, made: Made, stories: dict[int, Story], now: datetime) -> None:
    """Go through the weeks until `now`: letters go out (into memory), patients answer, visits take place."""
    with database.reading() as session:
        events = sorted(_events(session, made, stories, now), key=lambda event: event.at)
        clock = min((event.at for event in events), default=now) - BOOKED_BEFORE
    ports, answered = Ports(mail=MemoryMail(lambda letter: answer(letter, clock, now)), text=MemoryTexts()), set()
    while clock < now:
        clock = min(clock + ROUND, now)
        while events and events[0].at <= clock:
            with database.writing() as session:
                done(events[0].act(session))
            events.pop(0)
        with database.writing() as session:
            release_gates(session, now=clock)
        deliver(database, ports, base_url="http://localhost", now=clock)
        with database.writing() as session:
            _answer(session, made, stories, answered, clock)


def wait_and_offer(database: Database, made: Made, stories: dict[int, Story], now: datetime) -> None:
    """Some patients would come earlier; a visit next week was called off an hour ago, and its time is offered on."""
    desk, then = made.viewer("desk@example.com", Role.FRONT_DESK), now - timedelta(hours=1)
    with database.writing() as session:
        coming = [row for row in visits(session, made.clinic_id, Appointment.series_id.in_(stories),
                                        Appointment.status == AppointmentStatus.BOOKED,
                                        Appointment.starts_at > now + timedelta(days=3)) if row.kind == "infusion"]
        last = {row.patient_id: row for row in coming}
        for opening_id in session.scalars(select(Opening.id).where(Opening.freed_at < now - timedelta(days=1))).all():
            close_opening(session, opening_id, by=desk, now=then)
        for row in list(last.values())[::3]:
            wait_for_earlier(session, WaitForEarlier((row.id,)), by=desk, now=now - timedelta(days=2))
    for row in coming:
        with booking(database, now=then) as session:
            opening = _free(session, row, desk, then)
            made_offer = opening and offer_time(session, OfferTime(opening), by=desk, now=now)
            if isinstance(made_offer, OffersMade) and made_offer.offer_ids:
                return
            session.rollback()


def _free(session: Session, row: VisitRow, by: Viewer, at: datetime) -> int | None:
    done(cancel_visit(session, CancelVisit(row.id, "Patient called: travels that day"), by=by, now=at))
    return session.scalar(select(Opening.id).where(Opening.freed_by == row.id, Opening.closed_at.is_(None)))


def _events(session: Session, made: Made, stories: dict[int, Story], now: datetime) -> Iterator[Event]:
    rows = visits(session, made.clinic_id, Appointment.series_id.in_(stories))
    for series_id, story in stories.items():
        course = [row for row in rows if row.series_id == series_id]
        hit = _hit(story, [row for row in course if row.infusion], now)
        for row in course:
            if story.twist in ("stopped", "paused", "undecided") and _is_after(row, story):
                continue
            yield from (event for event in _of_visit(made, row, story.twist if row is hit else "", now)
                        if event.at < now)


def _hit(story: Story, infusions: list[VisitRow], now: datetime) -> VisitRow | None:
    """The infusion to which the twist happens."""
    past = [row for row in infusions if row.starts_at + LATE < now]
    ahead = [row for row in infusions if row.starts_at > now]
    if story.twist == "no-show":
        return past[-1] if past else None
    if story.twist in ("cancelled", *ASIDE):
        return ahead[0] if ahead else None
    return next((row for row in infusions if row.infusion and row.infusion[0] == story.at), None)


def _is_after(row: VisitRow, story: Story) -> bool:
    number = row.infusion[0] if row.infusion else int("".join(filter(str.isdigit, row.step or "")) or 0)
    return number > story.at or (number == story.at and row.infusion is None)


def _of_visit(made: Made, row: VisitRow, twist: str, now: datetime) -> Iterator[Event]:
    nurse, desk = made.viewer("nurse@example.com", Role.CLINICIAN), made.viewer("desk@example.com", Role.FRONT_DESK)
    if twist == "cancelled":
        at = now - timedelta(hours=1)
        yield Event(at, lambda session: cancel_visit(
            session, CancelVisit(row.id, "Patient called: a cold"), by=desk, now=at))
        return
    if twist in ASIDE:
        at = now - timedelta(hours=1)
        how, reason, days = ASIDE[twist]
        until = wall(row.starts_at, ZONE).date() + timedelta(days=days) if days else None
        yield Event(at, lambda session: set_aside(session, SetAside(row.id, how, reason, until), by=nurse, now=at))
        return
    if twist == "no-show":
        late = row.starts_at + LATE
        yield Event(late, lambda session: record_visit(
            session, RecordVisit(row.id, Happened.NO_SHOW), by=desk, now=late))
        return
    if twist == "cannot come":
        return
    arrives, leaves = row.starts_at - timedelta(minutes=6), row.patient_leaves_at
    yield Event(arrives, lambda session: record_visit(
        session, RecordVisit(row.id, Happened.ARRIVED), by=desk, now=arrives))
    yield Event(leaves, lambda session: record_visit(
        session, RecordVisit(row.id, Happened.DONE, NOTES.get(row.kind, "")), by=nurse, now=leaves))
    if twist == "decided" and row.series_id:
        decided = leaves + timedelta(hours=3)
        yield Event(decided, lambda session: _go_on(session, made, row, decided))
    if twist == "paused" and row.series_id:
        series_id, after = row.series_id, leaves + timedelta(hours=3)
        yield Event(after, lambda session: pause_series(
            session, PauseSeries(series_id, "Away for three weeks"), by=desk, now=after))
    if twist == "stopped" and row.series_id:
        series_id, after = row.series_id, leaves + timedelta(hours=3)
        yield Event(after, lambda session: stop_series(
            session, StopSeries(series_id, "Stopped at the patient’s wish"), by=nurse, now=after))


def _go_on(session: Session, made: Made, row: VisitRow, now: datetime) -> object:
    gate = gates_of_series(session, made.clinic_id, row.series_id or 0, now=now)[0]
    by = made.viewer("doctor@example.com", Role.CLINICIAN)
    return decide_gate(session, DecideGate(gate.id, Decision.CONTINUE, "Goes on as planned"), by=by, now=now)


def _answer(session: Session, made: Made, stories: dict[int, Story], answered: set[int], now: datetime) -> None:
    """Patients who confirm do it by the links they got, each once; one says that they cannot come."""
    rows = session.execute(
        select(PatientLink.id, Appointment.series_id, Appointment.version, Appointment.step)
        .join(Appointment, Appointment.id == PatientLink.appointment_id)
        .where(PatientLink.clinic_id == made.clinic_id, Appointment.status == AppointmentStatus.BOOKED,
               Appointment.confirmed_at.is_(None), Appointment.cannot_come_at.is_(None),
               Appointment.starts_at > now, PatientLink.expires_at > now)).all()
    for row in [row for row in rows if row.id not in answered]:
        answered.add(row.id)
        story = stories.get(row.series_id)
        if story is None or not story.confirms:
            continue
        cannot = story.twist == "cannot come" and row.step == f"inf-{story.at}"
        answer = Answer.CANNOT_COME if cannot else Answer.CONFIRM
        answer_by(session, row.id, answer, now=now)
