"""A move is taken back in one step while nothing was sent or changed since; afterwards it is refused, with why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models import Appointment, AuditEntry, Call, Claim, Message, RuleOverride, Series
from scheduler.database import Database
from scheduler.planning.lifecycle import LIVE_MESSAGE, AppointmentStatus, MessageState
from scheduler.planning.words import CallResult, MessageKind
from scheduler.queries.changes import last_change
from scheduler.queries.overrides import rules_set_aside
from scheduler.services.changing.reschedule import Moved
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from scheduler.services.clean_book import booking
from scheduler.services.refusal import Refused
from tests.builders import NOW, Kit, build_clinic
from tests.services.series_kit import book, build_course
from tests.services.test_replan import apply, preview
from tests.services.test_reschedule import at, cancel, move

LATER = NOW + timedelta(minutes=2)
A, K = AppointmentStatus, MessageKind


def undo(database: Database, kit: Kit, change_id: int, now=LATER):
    with booking(database, now=now) as session:
        return undo_change(session, UndoChange(change_id), by=kit.viewer(), now=now)


def live_news(database: Database) -> list[tuple]:
    with database.reading() as session:
        return [(one.kind, one.appointment_id, one.state) for one in session.scalars(select(Message).where(
            Message.state.in_(LIVE_MESSAGE), Message.kind.in_((K.CONFIRMATION, K.CHANGE, K.CANCELLATION)))
            .order_by(Message.id))]


def everything_sent(database: Database, when=NOW) -> None:
    with database.writing() as session:
        for one in session.scalars(select(Message).where(Message.kind == K.CONFIRMATION)):
            one.state, one.sent_at = MessageState.SENT, when


@pytest.fixture
def booked(database: Database, kit: Kit):
    """A series whose confirmation went out a while ago."""
    found = book(database, build_course(database, kit), now=NOW - timedelta(hours=2))
    everything_sent(database, NOW - timedelta(hours=1))
    return found


def facts_of(database: Database, row_id: int) -> tuple:
    with database.reading() as session:
        row = session.get(Appointment, row_id)
        claims = session.execute(select(Claim.resource_id, Claim.starts_at).where(Claim.appointment_id == row_id)
                                 .order_by(Claim.starts_at, Claim.resource_id)).all()
        return (row.wall_start, row.status, row.starts_at, row.ends_at, row.confirmed_at,
                [tuple(one) for one in claims])


def test_a_move_is_taken_back_as_if_it_had_not_been(database: Database, kit: Kit, booked) -> None:
    row_id = booked.appointment_ids[3]
    with database.writing() as session:
        session.get(Appointment, row_id).confirmed_at = NOW - timedelta(minutes=30)
    before, news = facts_of(database, row_id), live_news(database)
    moved = move(database, kit, row_id, at(7, 14))
    assert isinstance(moved, Moved) and facts_of(database, row_id) != before
    assert [kind for kind, _, state in live_news(database) if state == MessageState.PLANNED] == [K.CHANGE]
    assert isinstance(undo(database, kit, moved.change_id), Undone)
    assert facts_of(database, row_id) == before
    assert live_news(database) == news
    with database.reading() as session:
        row = session.get(Appointment, row_id)
        assert row.version == 3
        live = session.scalars(select(Message).where(
            Message.appointment_id == row_id, Message.state.in_(LIVE_MESSAGE))).all()
        assert live and {one.appointment_version for one in live} == {3}
        assert session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).first() == "undo reschedule"
    assert "already" in undo(database, kit, moved.change_id).sentence


def test_after_the_letter_has_gone_it_is_refused(database: Database, kit: Kit, booked) -> None:
    moved = move(database, kit, booked.appointment_ids[3], at(7, 14))
    with database.writing() as session:
        letter = session.scalars(select(Message).where(Message.kind == K.CHANGE)).one()
        letter.state, letter.sent_at = MessageState.SENT, NOW + timedelta(minutes=1)
    refused = undo(database, kit, moved.change_id)
    assert isinstance(refused, Refused) and "has been told" in refused.sentence
    assert facts_of(database, booked.appointment_ids[3])[0] == at(7, 14)


def test_a_letter_that_is_just_going_out_counts_as_gone(database: Database, kit: Kit, booked) -> None:
    moved = move(database, kit, booked.appointment_ids[3], at(7, 14))
    with database.writing() as session:
        session.scalars(select(Message).where(Message.kind == K.CHANGE)).one().state = MessageState.CLAIMED
    assert "has been told" in undo(database, kit, moved.change_id).sentence


def test_after_a_call_it_is_refused(database: Database, kit: Kit, booked) -> None:
    moved = move(database, kit, booked.appointment_ids[3], at(7, 14))
    with database.writing() as session:
        patient_id = session.get(Series, booked.series_id).patient_id
        session.add(Call(clinic_id=kit.clinic_id, patient_id=patient_id, result=CallResult.REACHED, called_at=LATER))
    assert "has been told" in undo(database, kit, moved.change_id).sentence


def test_after_another_change_it_is_refused_and_the_later_one_can_be_taken_back(
        database: Database, kit: Kit, booked) -> None:
    first = move(database, kit, booked.appointment_ids[3], at(7, 14))
    second = move(database, kit, booked.appointment_ids[6], at(14, 14))
    assert "changed since" in undo(database, kit, first.change_id).sentence
    assert isinstance(undo(database, kit, second.change_id), Undone)
    news = [(kind, about) for kind, about, state in live_news(database) if state == MessageState.PLANNED]
    assert news == [(K.CHANGE, booked.appointment_ids[3])]


def test_after_the_patient_answered_it_is_refused(database: Database, kit: Kit, booked) -> None:
    moved = move(database, kit, booked.appointment_ids[3], at(7, 14))
    with database.writing() as session:
        session.get(Appointment, booked.appointment_ids[3]).confirmed_at = LATER
    assert "has answered" in undo(database, kit, moved.change_id).sentence


def test_a_time_that_was_taken_meanwhile_is_named(database: Database, kit: Kit, booked) -> None:
    moved = move(database, kit, booked.appointment_ids[3], at(7, 14))
    with database.reading() as session:
        protocol_id = session.get(Series, booked.series_id).protocol_version_id
    other = build_course(database, kit, protocol_id=protocol_id, family="Other")
    book(database, other, key="other", therapist="th-2", nurse="rn-2", chair="chair-2")
    theirs = book(database, build_course(database, kit, protocol_id=protocol_id, family="Third"), key="third",
                  nurse="rn-2", chair="chair-3", hour=12, therapist="th-2")
    assert isinstance(move(database, kit, theirs.appointment_ids[3], at(7, 9), chair="chair-1", nurse="rn-1"), Moved)
    refused = undo(database, kit, moved.change_id)
    assert isinstance(refused, Refused) and "no longer free" in refused.sentence
    assert facts_of(database, booked.appointment_ids[3])[0] == at(7, 14)


def test_a_new_plan_of_several_visits_is_taken_back_in_one_step(database: Database, kit: Kit, booked) -> None:
    row_id = booked.appointment_ids[3]
    cancel(database, kit, row_id)
    before = [facts_of(database, id_) for id_ in booked.appointment_ids]
    shown = preview(database, kit, booked.series_id)
    done = apply(database, kit, shown)
    assert len(done.appointment_ids) > 1
    news = [kind for kind, _, state in live_news(database) if state == MessageState.PLANNED]
    assert news == [K.CHANGE]
    assert isinstance(undo(database, kit, done.change_id), Undone)
    assert [facts_of(database, id_) for id_ in booked.appointment_ids] == before
    assert before[3][1] == A.CANCELLED and before[3][5] == []
    assert [kind for kind, _, state in live_news(database) if state == MessageState.PLANNED] == [K.CANCELLATION]


def test_rules_that_were_set_aside_count_again(database: Database, kit: Kit, booked) -> None:
    row_id = booked.appointment_ids[3]
    moved = move(database, kit, row_id, at(8, 9), why="travels on Monday")
    with database.reading() as session:
        kept = session.scalars(select(RuleOverride)).one()
        assert (kept.appointment_id, kept.reason, kept.taken_back_at) == (row_id, "travels on Monday", None)
        assert [rule["rule"] for rule in kept.rules] == ["gap"]
    assert isinstance(undo(database, kit, moved.change_id), Undone)
    with database.reading() as session:
        assert session.scalars(select(RuleOverride)).one().taken_back_at == LATER


def test_the_last_change_says_whether_it_can_be_taken_back(database: Database, kit: Kit, booked) -> None:
    with database.reading() as session:
        assert last_change(session, kit.clinic_id, booked.series_id) is None
    moved = move(database, kit, booked.appointment_ids[3], at(7, 14))
    with database.reading() as session:
        found = last_change(session, kit.clinic_id, booked.series_id)
        assert (found.id, found.visits, found.stands) == (moved.change_id, 1, "")
    undo(database, kit, moved.change_id)
    with database.reading() as session:
        assert last_change(session, kit.clinic_id, booked.series_id) is None


def test_another_clinic_s_change_is_not_found(database: Database, kit: Kit, booked) -> None:
    moved = move(database, kit, booked.appointment_ids[3], at(7, 14))
    with database.writing() as session:
        other = build_clinic(session, "Birch Clinic")
    assert undo(database, other, moved.change_id).what == "change"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Appointment)) == 7


def test_a_rule_that_was_set_aside_is_not_asked_again_while_the_visit_stands_there(
        database: Database, kit: Kit, booked) -> None:
    """A later plan of the rest leaves the visit alone; moved back among the rules, they count again."""
    row_id = booked.appointment_ids[3]
    assert isinstance(move(database, kit, row_id, at(8, 9), why="travels on Monday"), Moved)
    cancel(database, kit, booked.appointment_ids[6])
    shown = preview(database, kit, booked.series_id)
    assert row_id not in {one.appointment_id for one in shown.moves}
    apply(database, kit, shown)
    assert facts_of(database, row_id)[0] == at(8, 9)
    with database.reading() as session:
        assert [one.after for one in rules_set_aside(session, booked.series_id)] == ["inf-3"]
    assert isinstance(move(database, kit, row_id, at(7, 14), version=2), Moved)
    with database.reading() as session:
        assert rules_set_aside(session, booked.series_id) == ()
