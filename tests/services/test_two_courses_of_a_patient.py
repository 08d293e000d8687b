"""One act moves two courses of one patient: one letter tells of both, and each is taken back with that in mind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from models import Appointment, Change, Message, Order, Series
from scheduler.database import Database
from scheduler.planning.lifecycle import LIVE_MESSAGE, MessageState
from scheduler.planning.words import MessageKind
from scheduler.queries.changes import told_of
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from scheduler.services.clean_book import booking
from scheduler.services.outages.apply_batch import BatchApplied
from scheduler.services.refusal import Refused
from tests.builders import NOW, Kit
from tests.services.test_batches import apply, close, plan, two_courses

LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def moved(database: Database, kit: Kit) -> list[int]:
    """The two changes: both courses are one patient's, their confirmations went out long ago, a closure moved both."""
    two_courses(database, kit)
    with database.writing() as session:
        patient_id = session.scalars(select(func.min(Series.patient_id)).where(Series.clinic_id == kit.clinic_id)).one()
        for table in (Series, Appointment, Message, Order):
            session.execute(update(table).where(table.clinic_id == kit.clinic_id).values(patient_id=patient_id))
        session.execute(update(Message).where(Message.kind == MessageKind.CONFIRMATION).values(
            state=MessageState.SENT, sent_at=NOW - timedelta(days=1)))
    close(database, kit)
    done = apply(database, kit, plan(database, kit))
    assert isinstance(done, BatchApplied) and done.patients == 1
    with database.reading() as session:
        return list(session.scalars(select(Change.id).order_by(Change.id)))


def letters(database: Database) -> list[Message]:
    with database.reading() as session:
        return list(session.scalars(select(Message).where(
            Message.kind == MessageKind.CHANGE, Message.state.in_(LIVE_MESSAGE)).order_by(Message.id)))


def undo(database: Database, kit: Kit, change_id: int):
    with booking(database, now=LATER) as session:
        return undo_change(session, UndoChange(change_id), by=kit.viewer(), now=LATER)


def test_the_letter_that_tells_of_both_keeps_both_from_being_taken_back(database: Database, kit: Kit, moved) -> None:
    letter, = letters(database)
    assert letter.appointment_id is None
    with database.reading() as session:
        assert told_of(session, [session.get_one(Change, id_) for id_ in moved]) == [False, False]
    with database.writing() as session:
        session.execute(update(Message).where(Message.id == letter.id).values(
            state=MessageState.SENT, sent_at=NOW + timedelta(minutes=1)))
    with database.reading() as session:
        assert told_of(session, [session.get_one(Change, id_) for id_ in moved]) == [True, True]
    for id_ in moved:
        refused = undo(database, kit, id_)
        assert isinstance(refused, Refused) and "has been told" in refused.sentence


@pytest.mark.parametrize("first", [0, 1])
def test_one_course_taken_back_leaves_the_other_told_of_and_both_leave_nothing(database: Database, kit: Kit, moved,
                                                                              first: int) -> None:
    assert isinstance(undo(database, kit, moved[first]), Undone)
    letter, = letters(database)
    with database.reading() as session:
        stays = session.get_one(Change, moved[1 - first])
        assert letter.state == MessageState.PLANNED and letter.series_id == stays.series_id
    assert isinstance(undo(database, kit, moved[1 - first]), Undone)
    assert letters(database) == []
