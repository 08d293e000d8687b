"""Any start in what was freed may be offered, and who accepted may take it back for some minutes."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from models import (
    Appointment,
    Message,
    Offer,
    Opening,
    PatientLink,
    Phase,
    VisitKind,
    VisitType,
)
from scheduler.database import Database
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.waitlist import Suits
from scheduler.planning.words import MessageKind
from scheduler.queries.patient_links import OFFER
from scheduler.queries.patient_page import mark_of
from scheduler.queries.waitlist import waitlist
from scheduler.services.by_link.answer_asked import AskedAnswered, AskedByLink, answer_by_link
from scheduler.services.by_link.answer_offer import OFFERED
from scheduler.services.by_link.take_offer_back import TakeOfferBack, take_offer_back
from scheduler.services.changing.cancel import CancelVisit, cancel_visit
from scheduler.services.clean_book import booking
from scheduler.services.messages.make_link import make_link
from scheduler.services.refusal import Refused
from scheduler.services.waiting.offer_times import OfferTime, offer_time
from scheduler.services.waiting.wait import WaitForEarlier, wait_for_earlier
from tests.builders import NOW
from tests.services.waiting_desk import SLOT, SOON, Desk, S, State


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_shorter_visit_is_offered_a_later_start_of_what_was_freed_and_the_rest_is_offered_on(desk: Desk) -> None:
    short = build_short(desk)
    freed = desk.visit(SLOT, "Long", "infusion", {"chair": "chair-1", "nurse": "rn-1"})
    for chair in ("chair-2", "chair-3"):
        desk.visit(SLOT, f"Other {chair}", "infusion", {"chair": chair, "nurse": "rn-2"})
    waiter = desk.visit(SLOT + timedelta(days=1), "Short", "short", {"chair": "chair-1"})
    desk.do(wait_for_earlier, WaitForEarlier((waiter,), Suits(from_time=time(11))))
    desk.do(cancel_visit, CancelVisit(freed, "a cold"))
    opening = desk.row(Opening, 1)
    assert opening.wall_end - opening.wall_start == timedelta(minutes=125)
    assert sorted(opening.resources) == ["chair", "nurse"]
    made = desk.do(offer_time, OfferTime(1))
    offer = desk.row(Offer, made.offer_ids[0])
    assert (offer.wall_start, offer.starts_at) == (SLOT + timedelta(hours=1), opening.starts_at + timedelta(hours=1))
    assert desk.answer(offer.id, True).state == State.ACCEPTED
    moved = desk.row(Appointment, waiter)
    assert (moved.wall_start, moved.visit_type_id) == (SLOT + timedelta(hours=1), short)
    with desk.database.reading() as session:
        left = [(one.starts_at, one.ends_at) for one in waitlist(session, desk.kit.clinic_id, now=NOW).openings]
    assert (opening.starts_at, opening.starts_at + timedelta(hours=1)) in left, "the hour before it"
    assert (opening.starts_at + timedelta(minutes=90), opening.starts_at + timedelta(minutes=125)) in left


def build_short(desk: Desk) -> int:
    """A visit type of half an hour in a chair."""
    with desk.database.writing() as session:
        row = VisitType(clinic_id=desk.kit.clinic_id, code="short", name="Short", kind=VisitKind.INFUSION)
        session.add(row)
        session.flush()
        session.add(Phase(clinic_id=desk.kit.clinic_id, visit_type_id=row.id, position=0, name="session", minutes=30,
                          with_patient=True, needs={"chair": 1}))
        desk.kit.visit_types["short"] = row.id
        return row.id


def accepted(desk: Desk) -> tuple[Offer, TakeOfferBack]:
    """The first who waits has accepted by link at NOW + SOON; gives the offer and the command that takes it back."""
    desk.wait(0, 1)
    desk.free()
    desk.tick(NOW + SOON)
    offer, = desk.offers()
    with desk.database.writing() as session:
        make_link(session, session.get(Message, offer.message_id), purpose=OFFER, expires_at=offer.expires_at, now=NOW)
    link, = links_of(desk)
    shown = mark_of([(offer.id, offer.appointment_version)])
    with booking(desk.database, now=NOW + SOON) as session:
        answered = answer_by_link(session, OFFERED, AskedByLink(link.id, shown, True), now=NOW + SOON)
        assert answered.state == State.ACCEPTED
    return offer, TakeOfferBack(link.id, shown)


def links_of(desk: Desk) -> list[PatientLink]:
    with desk.database.reading() as session:
        return list(session.scalars(select(PatientLink).where(PatientLink.clinic_id == desk.kit.clinic_id)))


def take_back(desk: Desk, command: TakeOfferBack, now: datetime):
    with booking(desk.database, now=now) as session:
        return take_offer_back(session, command, now=now)


def test_who_accepted_may_take_it_back_within_minutes_and_waits_again(desk: Desk) -> None:
    offer, command = accepted(desk)
    later = NOW + SOON + timedelta(minutes=9)
    assert take_back(desk, command, later).state == State.DECLINED
    assert take_back(desk, command, later) == AskedAnswered(offer.id, State.DECLINED, changed=False)
    row = desk.row(Appointment, desk.waiters[0])
    assert (row.wall_start, row.status) == (SLOT + timedelta(days=1), S.BOOKED)
    with desk.database.reading() as session:
        found = waitlist(session, desk.kit.clinic_id, now=later)
    assert [one.visit.id for one in found.entries] == desk.waiters[:2]
    assert [one.starts_at for one in found.openings] == [offer.starts_at], "its own old time is not offered"
    assert desk.tick(later + SOON) == "1 offered"
    assert desk.offers()[-1].appointment_id == desk.waiters[1], "who gave it back is not asked again"


def test_after_some_minutes_or_once_the_old_time_is_gone_they_are_told_to_call(desk: Desk) -> None:
    _, command = accepted(desk)
    late = take_back(desk, command, NOW + SOON + timedelta(minutes=10))
    assert isinstance(late, Refused) and "call us" in late.sentence
    desk.visit(SLOT + timedelta(days=1), "Walk-in")
    taken = take_back(desk, command, NOW + SOON + timedelta(minutes=1))
    assert isinstance(taken, Refused) and "call us" in taken.sentence
    assert desk.row(Appointment, desk.waiters[0]).wall_start == SLOT


def test_a_letter_that_has_told_of_it_is_followed_by_another(desk: Desk) -> None:
    _, command = accepted(desk)
    with desk.database.writing() as session:
        for message in session.scalars(select(Message).where(
                Message.clinic_id == desk.kit.clinic_id, Message.kind == MessageKind.CHANGE)):
            message.state, message.sent_at = MessageState.SENT, NOW + SOON
    assert take_back(desk, command, NOW + SOON + timedelta(minutes=2)).state == State.DECLINED
    assert desk.count(Message, Message.kind == MessageKind.CHANGE, Message.state == MessageState.PLANNED) == 1
