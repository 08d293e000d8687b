"""A freed time goes to one who waits, one after another, and is never given twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import (
    Appointment,
    Hold,
    Message,
    Offer,
    Opening,
    WaitlistEntry,
)
from scheduler.database import Database
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.waitlist import Suits
from scheduler.planning.words import MessageKind
from scheduler.queries.waitlist import waitlist
from scheduler.services.by_link.answer_asked import AnswerAsked, AskedAnswered, answer_asked
from scheduler.services.by_link.answer_offer import OFFERED
from scheduler.services.changing.cancel import UndoCancel, undo_cancel
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.waiting.offer_times import OffersMade, OfferTime, offer_time
from scheduler.services.waiting.wait import EndWait, WaitForEarlier, end_wait, wait_for_earlier
from tests.builders import NOW, build_clinic
from tests.services.waiting_desk import SLOT, SOON, Desk, S, State


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_freed_time_is_kept_for_one_who_waits_and_a_letter_is_owed(desk: Desk) -> None:
    desk.wait(0, 1)
    desk.free()
    assert desk.tick(NOW + timedelta(minutes=5)) is None, "the desk may take its act back"
    assert desk.tick(NOW + SOON, mail=None) is None, "nobody would read of it"
    assert desk.tick(NOW + SOON) == "1 offered"
    offer, = desk.offers()
    assert (offer.appointment_id, offer.state) == (desk.waiters[0], State.OPEN)
    assert offer.expires_at == NOW + SOON + timedelta(minutes=120)
    hold = desk.row(Hold, offer.hold_id)
    assert hold.expires_at == offer.expires_at
    message = desk.row(Message, offer.message_id)
    assert (message.kind, message.state) == (MessageKind.OFFER, MessageState.PLANNED)
    assert desk.tick(NOW + SOON) is None, "twice is harmless"
    assert len(desk.offers()) == 1


def test_what_nobody_answers_goes_on_to_the_next(desk: Desk) -> None:
    desk.wait(0, 1)
    desk.free()
    desk.tick(NOW + SOON)
    after = NOW + SOON + timedelta(minutes=121)
    assert desk.tick(after) == "1 offers ran out, 1 offered"
    assert [(offer.appointment_id, offer.state) for offer in desk.offers()] == [
        (desk.waiters[0], State.EXPIRED), (desk.waiters[1], State.OPEN)]
    assert desk.row(Message, desk.offers()[0].message_id).state == MessageState.SUPERSEDED
    desk.tick(after + timedelta(minutes=121))
    assert desk.count(Hold) == 0 and desk.count(Offer, Offer.state == State.OPEN) == 0


def test_accepting_moves_the_visit_and_frees_its_old_time(desk: Desk) -> None:
    desk.wait(0, 1)
    desk.free()
    desk.tick(NOW + SOON)
    offer, = desk.offers()
    later = NOW + timedelta(minutes=30)
    assert desk.answer(offer.id, True, later).state == State.ACCEPTED
    moved = desk.row(Appointment, desk.waiters[0])
    assert (moved.wall_start, moved.status, moved.version) == (SLOT, S.BOOKED, 2)
    assert desk.count(Hold) == 0 and desk.count(Appointment, Appointment.status == S.HELD) == 0
    again = desk.answer(offer.id, True, later)
    assert again == AskedAnswered(offer.id, State.ACCEPTED, changed=False)
    with desk.database.reading() as session:
        found = waitlist(session, desk.kit.clinic_id, now=later)
    assert [row.starts_at for row in found.openings] == [desk.row(Opening, 2).starts_at]
    assert [row.visit.id for row in found.entries] == [desk.waiters[1]], "who came earlier waits no more"
    assert desk.tick(later + SOON) == "1 offered", "the old time is offered on"


def test_the_kept_time_is_taken_by_nobody_else(desk: Desk) -> None:
    desk.wait(0)
    desk.free()
    desk.tick(NOW + SOON)
    refused = desk.do(undo_cancel, UndoCancel(desk.first), NOW + timedelta(minutes=20))
    assert isinstance(refused, Refused) and "no longer free" in refused.sentence


def test_a_time_that_was_taken_back_is_offered_to_nobody(desk: Desk) -> None:
    desk.wait(0)
    desk.free()
    desk.do(undo_cancel, UndoCancel(desk.first))
    assert desk.tick(NOW + SOON) is None and desk.offers() == []


def test_who_accepts_too_late_is_refused_politely_and_keeps_their_visit(desk: Desk) -> None:
    desk.wait(0)
    desk.free()
    desk.tick(NOW + SOON)
    offer, = desk.offers()
    late = desk.answer(offer.id, True, offer.expires_at)
    assert isinstance(late, Refused) and "no longer free" in late.sentence
    assert desk.row(Appointment, desk.waiters[0]).wall_start == SLOT + timedelta(days=1)


def test_to_all_at_once_the_first_to_accept_has_it(desk: Desk) -> None:
    desk.wait(0, 1, 2)
    desk.free()
    made = desk.do(offer_time, OfferTime(1, to_all=True))
    assert isinstance(made, OffersMade) and len(made.offer_ids) == 3 and desk.count(Hold) == 0
    assert desk.answer(made.offer_ids[1], True).state == State.ACCEPTED
    assert isinstance(desk.answer(made.offer_ids[0], True), Refused)
    assert sorted(str(offer.state) for offer in desk.offers()) == ["accepted", "gone", "gone"]


def test_visits_are_put_on_the_list_together_or_not_at_all(desk: Desk) -> None:
    done = desk.do(wait_for_earlier, WaitForEarlier(tuple(desk.waiters)))
    assert len(done.entry_ids) == desk.count(WaitlistEntry, WaitlistEntry.ended_at.is_(None)) == 3
    assert desk.do(end_wait, EndWait(done.entry_ids)).waits is False
    desk.free()
    assert isinstance(desk.do(wait_for_earlier, WaitForEarlier((*desk.waiters, desk.first))), Refused)
    assert desk.count(WaitlistEntry, WaitlistEntry.ended_at.is_(None)) == 0
    assert isinstance(desk.do(wait_for_earlier, WaitForEarlier(())), Refused)


def test_a_time_that_the_desk_gave_away_meanwhile_is_not_given_again(desk: Desk) -> None:
    desk.wait(0)
    desk.free()
    made = desk.do(offer_time, OfferTime(1, to_all=True))
    desk.visit(SLOT, "Walk-in")
    assert isinstance(desk.answer(made.offer_ids[0], True), Refused)
    assert desk.offers()[0].state == State.GONE
    assert desk.row(Appointment, desk.waiters[0]).version == 1


def test_declined_and_withdrawn_offers_let_the_time_go(desk: Desk) -> None:
    desk.wait(0, 1)
    desk.free()
    desk.tick(NOW + SOON)
    first = desk.offers()[0]
    assert desk.answer(first.id, False, NOW + SOON).state == State.DECLINED
    desk.do(offer_time, OfferTime(1), NOW + SOON)
    second = desk.offers()[1]
    assert second.appointment_id == desk.waiters[1], "who declined is not asked again"
    desk.answer(second.id, False, NOW + SOON, withdraw=True)
    assert desk.count(Hold) == 0
    assert isinstance(desk.do(offer_time, OfferTime(1), NOW + SOON), Refused)


def test_only_whom_the_time_suits_is_asked(desk: Desk) -> None:
    desk.wait(0, suits=Suits(weekdays=(0,)))
    desk.free()
    assert isinstance(desk.do(offer_time, OfferTime(1)), Refused)


def test_an_entry_is_taken_off_and_put_back(desk: Desk) -> None:
    desk.wait(0)
    desk.wait(0, suits=Suits(weekdays=(2,)))
    assert desk.count(WaitlistEntry) == 1
    assert desk.do(end_wait, EndWait((1,))).waits is False
    assert desk.do(end_wait, EndWait((1,), undo=True)).waits is True
    assert isinstance(desk.do(end_wait, EndWait((999,))), NotFound)
    desk.free()
    assert isinstance(desk.do(wait_for_earlier, WaitForEarlier((desk.first,))), Refused)


def test_another_clinic_answers_and_offers_nothing(desk: Desk, database: Database) -> None:
    desk.wait(0)
    desk.free()
    desk.tick(NOW + SOON)
    with database.writing() as session:
        other = build_clinic(session, "Other Clinic").viewer()
    with booking(database, now=NOW) as session:
        said = AnswerAsked(desk.offers()[0].id, True)
        assert isinstance(answer_asked(session, OFFERED, said, by=other, now=NOW), NotFound)
        assert isinstance(offer_time(session, OfferTime(1), by=other, now=NOW), NotFound)
        assert isinstance(end_wait(session, EndWait((1,)), by=other, now=NOW), NotFound)
