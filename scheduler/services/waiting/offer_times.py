"""Offer a freed time to those who wait, one at a time: the time is kept, a letter with a link goes out.

Order of locks: the patient, then the opening, then the resources.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Hold, Message, Offer, Opening
from scheduler.access import Viewer
from scheduler.planning.freed_times import start_within
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import LIVE_MESSAGE, AppointmentStatus, MessageState
from scheduler.planning.single_visit import StartOption
from scheduler.planning.waitlist import Freed, OfferState, Waiting, offered_until, ranked
from scheduler.planning.words import Channel, HoldPurpose, MessageKind
from scheduler.queries.reach import reach_of
from scheduler.queries.waitlist import waiting_for
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.free_times import asked_to_move
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.openings import freed_of, locked_opening
from scheduler.services.booking.promises import Owner, VisitPlace, promise
from scheduler.services.booking.series_problem import problem_for
from scheduler.services.changing.hand_picked import chosen_of
from scheduler.services.conflicts import NotAsked
from scheduler.services.messages.supersede import supersede
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole

RULE = "waiting list"
MOST_ASKED = 12
"""Of how many of those who wait the planner is asked for one offer."""
MOST_AT_ONCE = 100
NOBODY = "Nobody who waits could take this time by the rules of their course, or be reached now."
TOO_NEAR = "This time is too near to be offered. Call somebody who could come."


@dataclass(frozen=True)
class OfferTime:
    """Offer a freed time to the next who waits; with `to_all` to everybody at once, the first to accept has it.

    `by_itself`: only to patients who can be written to at this hour.
    """

    opening_id: int
    to_all: bool = False
    by_itself: bool = False


@dataclass(frozen=True)
class OffersMade:
    """The offers that went out."""

    opening_id: int
    offer_ids: tuple[int, ...]


Outcome = OffersMade | Refused | NotFound


@whole
def offer_time(session: Session, command: OfferTime, *, by: Viewer, now: datetime) -> Outcome:
    """Offer a freed time. Two at once: the second finds it offered. Use it inside `booking(database, now=…)`."""
    opening = session.scalar(select(Opening).where(Opening.id == command.opening_id, Opening.clinic_id == by.clinic_id))
    if opening is None:
        return NotFound("opening")
    clinic = clinic_row(session, by.clinic_id)
    until = offered_until(now, opening.starts_at, clinic.offer_minutes,
                          max(clinic.offer_lead_hours, clinic.notice_hours))
    if until is None and command.by_itself:
        opening.tried_at = now
        return OffersMade(opening.id, ())
    if until is None:
        return Refused((NotAsked("offer", TOO_NEAR),))
    fitting = _fitting(session, clinic, opening, command, now)
    chosen = list(fitting) if command.to_all else [one for one in (next(fitting, None),) if one is not None]
    if not chosen:
        opening.tried_at = now
        return Refused((NotAsked("offer", NOBODY),)) if not command.by_itself else OffersMade(opening.id, ())
    lock_patients(session, clinic.id, [row.patient_id for row, _ in chosen])
    if refused := _still_free(session, opening):
        return refused
    opening.tried_at = now
    made = []
    for row, place in chosen:
        offer = _offer(session, clinic, opening, row, place, until, by, now, kept=not command.to_all)
        if isinstance(offer, Refused):
            return offer
        made.append(offer.id)
    return OffersMade(opening.id, tuple(made))


def _fitting(session: Session, clinic: Clinic, opening: Opening, command: OfferTime,
             now: datetime) -> Iterator[tuple[Appointment, VisitPlace]]:
    """Who could take a start in the freed time by every rule, in the order in which it is offered."""
    most = MOST_AT_ONCE if command.to_all else MOST_ASKED
    freed = freed_of(opening)
    for one in ranked(waiting_for(session, clinic.id, opening, now=now), freed)[:most]:
        row = session.get_one(Appointment, one.appointment_id)
        if command.by_itself and not _reached(session, row, now):
            continue
        option = _start(session, clinic, row, one, freed, now)
        if option is not None:
            yield row, VisitPlace(row.visit_type_id, option.start, chosen_of(option), None, row.ordinal)


def _start(session: Session, clinic: Clinic, row: Appointment, one: Waiting, freed: Freed,
           now: datetime) -> StartOption | None:
    """The start to offer for one visit, beside the rest of its course as it stands."""
    day = freed.starts.date()
    asked = asked_to_move(session, clinic, row, now=now, latest_on=day)
    if row.series_id is not None and asked.terms.wishes.earliest_on > day:
        return None
    wishes = replace(asked.terms.wishes, earliest_on=day, latest_on=day)
    problem = problem_for(session, clinic, replace(asked, terms=replace(asked.terms, wishes=wishes)), now=now)
    return start_within(problem.index, problem.series, problem.calendar.weights, one, freed, restrict=problem.restrict)


def _reached(session: Session, row: Appointment, now: datetime) -> bool:
    reach = reach_of(session, row.patient_id, now=now)
    return Channel.EMAIL in reach.channels and not reach.prefers_call and reach.hours.allows(now)


def _still_free(session: Session, opening: Opening) -> Refused | None:
    locked_opening(session, opening.id)
    out = session.scalar(select(Offer.id).where(
        Offer.opening_id == opening.id, Offer.state == OfferState.OPEN).limit(1))
    if opening.closed_at is not None:
        return Refused((NotAsked("offer", "This time is taken."),))
    return Refused((NotAsked("offer", "This time is offered to somebody already. Wait for the answer, or withdraw it."),
                    )) if out is not None else None


def _offer(session: Session, clinic: Clinic, opening: Opening, row: Appointment, place: VisitPlace,
           until: datetime, by: Viewer, now: datetime, *, kept: bool) -> Offer | Refused:
    hold_id = None
    if kept:
        hold = Hold(clinic_id=clinic.id, patient_id=row.patient_id, held_by=by.staff_id, purpose=HoldPurpose.OFFER,
                    terms={}, expires_at=until, created_at=now)
        session.add(hold)
        session.flush()
        hold_id = hold.id
        held = promise(session, clinic, [place], Owner(row.patient_id, AppointmentStatus.HELD, hold_id=hold_id), by=by,
                       now=now)
        if held.conflicts:
            return Refused(held.conflicts)
    message = _letter(session, row, until, now)
    offer = Offer(clinic_id=clinic.id, opening_id=opening.id, patient_id=row.patient_id, appointment_id=row.id,
                  appointment_version=row.version, hold_id=hold_id, wall_start=place.wall_start,
                  starts_at=instant(place.wall_start, clinic.timezone), message_id=message.id if message else None,
                  state=OfferState.OPEN, made_at=now, made_by=by.staff_id, expires_at=until)
    session.add(offer)
    session.flush()
    audit.record(session, by=by, verb="offer", subject="appointment", subject_id=row.id, patient_id=row.patient_id,
                 now=now, detail={"offer": offer.id, "opening": opening.id})
    return offer


def _letter(session: Session, row: Appointment, until: datetime, now: datetime) -> Message | None:
    """The letter that carries the offer; None where the patient has to be called."""
    reach = reach_of(session, row.patient_id, now=now)
    if Channel.EMAIL not in reach.channels or reach.prefers_call:
        return None
    supersede(session, list(session.scalars(select(Message).where(
        Message.appointment_id == row.id, Message.kind == MessageKind.OFFER, Message.state.in_(LIVE_MESSAGE))
        .with_for_update())), now=now)
    message = Message(clinic_id=row.clinic_id, patient_id=row.patient_id, series_id=row.series_id,
                      appointment_id=row.id, appointment_version=row.version, kind=MessageKind.OFFER,
                      channel=Channel.EMAIL, rule=RULE, state=MessageState.PLANNED, due_at=now, expires_at=until,
                      key=secrets.token_hex(16), created_at=now)
    session.add(message)
    session.flush()
    return message
