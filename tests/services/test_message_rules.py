"""A clinic changes its rules of sending: what has not gone out follows, what has gone stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models import AuditEntry, Message, MessageMove, MessageRule
from scheduler.access import Viewer
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.reminder_rules import NO_ANSWER, ONE_DAY, PREPARATION, THREE_DAYS, WEEK_BEFORE
from scheduler.planning.rule_documents import from_document, to_document, wrong_in
from scheduler.planning.words import MessageKind, Role
from scheduler.queries.message_rules import rule_rows, rules_of
from scheduler.services.messages.message_rules import (
    ChangeRule,
    TakeRuleBack,
    change_rule,
    count_change,
    reset_rule,
    take_rule_back,
)
from scheduler.services.messages.replan_messages import Replanned
from scheduler.services.refusal import Refused
from tests.builders import NOW
from tests.services.test_owe_messages import Book

K, S = MessageKind, MessageState
HOUR = timedelta(hours=1)


@pytest.fixture
def book(database, kit) -> Book:
    made = Book(database, kit)
    made.owe("booked")
    return made


def by(kit) -> Viewer:
    return kit.viewer(Role.ADMINISTRATOR)


def change(book: Book, rule, version: int = 0, *, now=NOW + HOUR, **values):
    command = ChangeRule(rule.id, {**to_document(rule), **values}, version)
    with book.database.writing() as session:
        told = None if any(wrong_in(from_document(rule.id, command.document))) else count_change(
            session, command, by=by(book.kit), now=now)
        result = change_rule(session, command, by=by(book.kit), now=now)
        assert isinstance(result, Refused) if told is None else result.messages == told
        return result


def test_another_day_moves_what_is_planned_and_only_that(book) -> None:
    book.mark_sent(K.CONFIRMATION)
    result = change(book, ONE_DAY, count=-2)
    assert result.messages == Replanned(changed=2, added=1), "a three-day reminder had been said with the moved one"
    with book.database.reading() as session:
        due = session.scalars(select(Message.due_at).where(
            Message.kind == K.ONE_DAY, Message.state == S.PLANNED).order_by(Message.due_at)).all()
        assert due == [NOW + timedelta(days=5), NOW + timedelta(days=7)]
        whys = session.scalars(select(MessageMove.reason).where(MessageMove.state == S.SUPERSEDED)).all()
        assert set(whys) == {"The clinic changed its rules of sending."}
    assert book.live(K.CONFIRMATION) == [(K.CONFIRMATION, S.SENT, "all")]


def test_a_rule_switched_off_withdraws_and_switched_on_again_owes(book) -> None:
    assert change(book, PREPARATION, active=False).messages == Replanned(withdrawn=2)
    assert book.live(K.PREPARATION) == []
    assert change(book, PREPARATION, 1).messages == Replanned(added=2)
    assert [state for _, state, _ in book.live(K.PREPARATION)] == [S.PLANNED, S.PLANNED]


def test_what_was_sent_is_not_owed_again(book) -> None:
    book.mark_sent(K.THREE_DAYS)
    change(book, THREE_DAYS, count=-5)
    assert [state for _, state, _ in book.live(K.THREE_DAYS)] == [S.SENT, S.SENT]


def test_nothing_is_withdrawn_or_said_twice_when_the_same_is_saved(book) -> None:
    before = book.live(*K)
    assert change(book, ONE_DAY).messages == Replanned()
    assert book.live(*K) == before
    with book.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(MessageRule)) == 0


def test_what_was_merged_follows_its_keeper(book) -> None:
    """The second visit's three-day reminder was said with the first one's one-day reminder; that one moves away."""
    change(book, ONE_DAY, count=-2)
    with book.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.kind == K.THREE_DAYS, Message.state != S.SUPERSEDED)).all()
        assert [(row.state, row.merged_into_id) for row in rows] == [(S.PLANNED, None), (S.PLANNED, None)]


def test_a_message_due_this_moment_is_left_to_the_clock(book) -> None:
    at = NOW + timedelta(days=4)
    change(book, THREE_DAYS, now=at, count=-2)
    assert (K.THREE_DAYS, S.PLANNED, 0) in book.live(K.THREE_DAYS)
    with book.database.reading() as session:
        assert session.scalar(select(Message.due_at).where(
            Message.kind == K.THREE_DAYS, Message.appointment_id == book.visit_ids[0])) == at


def test_a_change_is_taken_back_and_only_the_newest(book, kit, database) -> None:
    change(book, ONE_DAY, count=-2)
    with database.writing() as session:
        back = take_rule_back(session, TakeRuleBack(ONE_DAY.id, 1), by=by(kit), now=NOW + HOUR)
        assert back.messages == Replanned(changed=2, withdrawn=1)
        assert rules_of(session, kit.clinic_id)[3] == ONE_DAY
        again = take_rule_back(session, TakeRuleBack(ONE_DAY.id, 1), by=by(kit), now=NOW + HOUR)
        assert isinstance(again, Refused) and "meanwhile" in again.sentence


def test_reset_puts_the_shipped_rule_back_with_its_evidence(book, kit, database) -> None:
    change(book, ONE_DAY, count=-2)
    with database.writing() as session:
        changed = rule_rows(session, kit.clinic_id)[3]
        assert (str(changed.rule.grade), changed.as_shipped, changed.version) == ("P", False, 1)
        assert "own policy" in changed.rule.evidence
        reset_rule(session, ONE_DAY.id, by=by(kit), now=NOW + HOUR)
        row = rule_rows(session, kit.clinic_id)[3]
        assert (str(row.rule.grade), row.as_shipped, row.version) == ("S", True, 2)
        verbs = session.execute(select(AuditEntry.verb, AuditEntry.detail).where(
            AuditEntry.subject_type == "message rule")).all()
        assert [(verb, detail["messages"]) for verb, detail in verbs] == [("change", 3), ("reset", 3)]


def test_a_rule_of_another_clinic_changes_nothing_here(book, kit, database) -> None:
    other = Viewer(clinic_id=kit.clinic_id - 1, roles=frozenset({Role.ADMINISTRATOR}))
    before = book.live(*K)
    with database.writing() as session:
        change_rule(session, ChangeRule(ONE_DAY.id, {**to_document(ONE_DAY), "active": False}, 0), by=other, now=NOW)
        assert rules_of(session, kit.clinic_id)[3] == ONE_DAY
    assert book.live(*K) == before


@pytest.mark.parametrize("rule, values, field", [
    (ONE_DAY, {"count": 1}, "count"), (ONE_DAY, {"count": -61}, "count"), (ONE_DAY, {"visits": []}, "visits"),
    (ONE_DAY, {"channels": []}, "channels"), (ONE_DAY, {"channels": ["text", "call"]}, "channels"),
    (ONE_DAY, {"useful_hours": -48}, "useful_hours"), (ONE_DAY, {"useful_hours": 3}, "useful_hours"),
    (NO_ANSWER, {"condition": "always"}, "condition"), (PREPARATION, {"condition": "first", "visits": ["therapy"]},
                                                        "visits"),
])
def test_what_cannot_be_a_rule_is_refused_beside_its_field(book, rule, values, field) -> None:
    result = change(book, rule, **values)
    assert isinstance(result, Refused)
    assert field in {conflict.field for conflict in result.conflicts}


def test_days_without_an_answer_are_counted_from_when_the_patient_was_told(book) -> None:
    result = change(book, NO_ANSWER, active=True, count=2)
    assert result.messages == Replanned(added=1), "one letter asks for both visits"
    with book.database.reading() as session:
        rows = session.execute(select(Message.state, Message.due_at).where(Message.kind == K.NO_ANSWER)).all()
        assert sorted(rows) == [(S.MERGED, NOW + timedelta(days=2)), (S.PLANNED, NOW + timedelta(days=2))]


def test_a_week_before_is_for_visits_that_are_further_away(book) -> None:
    assert change(book, WEEK_BEFORE, active=True).messages == Replanned(added=1)
