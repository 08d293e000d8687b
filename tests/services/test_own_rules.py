"""A clinic adds rules of its own: they owe, merge, keep the caps, and go again with everything they planned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import AuditEntry, Clinic, Message
from scheduler.access import Viewer
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.reminder_rules import THREE_DAYS
from scheduler.planning.rule_documents import MOST_OWN, to_document
from scheduler.planning.words import MessageKind, Role
from scheduler.queries.message_rules import removed_rules, rule_rows, rules_of
from scheduler.services.messages.foretell_series import foretell_series
from scheduler.services.messages.message_rules import (
    AddRule,
    ChangeRule,
    TakeRuleBack,
    add_rule,
    change_rule,
    remove_rule,
    reset_rule,
    take_rule_back,
)
from scheduler.services.messages.replan_messages import Replanned
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW
from tests.services.test_owe_messages import Book

K, S = MessageKind, MessageState
HOUR = timedelta(hours=1)


def document(**values) -> dict:
    return {**to_document(THREE_DAYS), "kind": str(K.THREE_DAYS), "name": "Six days before", "count": -6,
            "useful_hours": -72, "active": True} | values


@pytest.fixture
def book(database, kit) -> Book:
    made = Book(database, kit)
    made.owe("booked")
    return made


def by(kit) -> Viewer:
    return kit.viewer(Role.ADMINISTRATOR)


def add(book: Book, **values):
    with book.database.writing() as session:
        return add_rule(session, AddRule(document(**values)), by=by(book.kit), now=NOW + HOUR)


def planned(book: Book, rule: str) -> list[tuple[MessageState, int]]:
    with book.database.reading() as session:
        return [(row.state, (row.due_at - NOW).days) for row in session.scalars(select(Message).where(
            Message.rule == rule, Message.state != S.SUPERSEDED).order_by(Message.due_at))]


def test_a_rule_of_its_own_owes_beside_the_shipped_one_of_its_kind(book, kit) -> None:
    result = add(book)
    assert result.rule_id == "own-1" and result.messages == Replanned(added=2)
    assert planned(book, "own-1") == [(S.PLANNED, 1), (S.PLANNED, 3)]
    assert len(planned(book, "three-days")) == 2, "what the shipped rule owes stays"
    with book.database.reading() as session:
        assert [rule.name for rule in rules_of(session, kit.clinic_id) if rule.name] == ["Six days before"]
        row = rule_rows(session, kit.clinic_id)[-1]
        assert row.own and not row.as_shipped and row.changed_by
        verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_type == "message rule")).all()
        assert verbs == ["add"]


def test_what_is_booked_later_follows_it_and_the_course_names_it(book, kit) -> None:
    add(book)
    later = Book(book.database, kit, visits=1)
    later.owe("booked")
    assert len(planned(book, "own-1")) == 3
    with book.database.reading() as session:
        course = foretell_series(session, kit.clinic_id, later.series_id, base_url="https://v.example.com", now=NOW)
        assert "Six days before" in {row.name for row in course.to_come.rows}


def test_it_is_changed_removed_and_brought_back(book, kit) -> None:
    add(book)
    with book.database.writing() as session:
        changed = change_rule(session, ChangeRule("own-1", document(at="12:00"), 1), by=by(kit), now=NOW + HOUR)
        assert changed.messages == Replanned(changed=2)
    with book.database.writing() as session:
        assert remove_rule(session, "own-1", by=by(kit), now=NOW + HOUR).messages == Replanned(withdrawn=2)
        assert isinstance(remove_rule(session, "own-1", by=by(kit), now=NOW + HOUR), NotFound)
        assert isinstance(change_rule(session, ChangeRule("own-1", document(), 3), by=by(kit), now=NOW), NotFound)
    assert planned(book, "own-1") == []
    with book.database.writing() as session:
        gone, = removed_rules(session, kit.clinic_id)
        assert (gone.rule.name, gone.version) == ("Six days before", 3)
        back = take_rule_back(session, TakeRuleBack("own-1", 3), by=by(kit), now=NOW + HOUR)
        assert back.messages == Replanned(added=2) and not removed_rules(session, kit.clinic_id)
    assert planned(book, "own-1") == [(S.PLANNED, 1), (S.PLANNED, 3)]


def test_adding_one_is_taken_back_and_its_name_is_not_used_again(book, kit) -> None:
    add(book)
    with book.database.writing() as session:
        take_rule_back(session, TakeRuleBack("own-1", 1), by=by(kit), now=NOW + HOUR)
        assert len(rules_of(session, kit.clinic_id)) == 7
    assert add(book).rule_id == "own-2"


def test_what_a_removed_rule_has_sent_stays_and_is_explained(book, kit) -> None:
    add(book)
    with book.database.writing() as session:
        row = session.scalars(select(Message).where(Message.rule == "own-1").order_by(Message.due_at)).first()
        row.state, row.sent_at = S.SENT, NOW
    with book.database.writing() as session:
        assert remove_rule(session, "own-1", by=by(kit), now=NOW + HOUR).messages == Replanned(withdrawn=1)
        course = foretell_series(session, kit.clinic_id, book.series_id, base_url="https://v.example.com", now=NOW)
        assert "which it has removed since" in " ".join(row.rule for row in course.to_come.rows)


@pytest.mark.parametrize(("values", "field", "says"), [
    ({"name": " "}, "name", "Give it a name"), ({"count": -20}, "count", "“in a few days”"),
    ({"count": 2}, "count", "before the visit"), ({"channels": ["call"]}, "channels", "desk's own task"),
    ({"visits": []}, "visits", "at least one"), ({"useful_hours": -160}, "useful_hours", "never go out"),
    ({"kind": "after the visit"}, "count", "after the visit"),
])  # fmt: skip
def test_what_could_never_go_out_is_refused_with_a_sentence(book, values, field, says) -> None:
    refused = add(book, **values)
    assert isinstance(refused, Refused)
    assert any(one.field == field and says in one.sentence for one in refused.conflicts)
    assert planned(book, "own-1") == []


def test_shipped_rules_cannot_be_removed_nor_own_ones_reset_and_there_is_an_end_to_adding(book, kit) -> None:
    with book.database.writing() as session:
        assert isinstance(remove_rule(session, "one-day", by=by(kit), now=NOW), NotFound)
        assert isinstance(reset_rule(session, "own-1", by=by(kit), now=NOW), NotFound)
        for number in range(MOST_OWN):
            add_rule(session, AddRule(document(name=f"Rule {number}", active=False)), by=by(kit), now=NOW)
        refused = add_rule(session, AddRule(document()), by=by(kit), now=NOW)
        assert isinstance(refused, Refused) and "12 rules of your own" in refused.sentence


def test_another_clinic_does_not_get_them(book, kit) -> None:
    add(book)
    with book.database.reading() as session:
        other = session.scalars(select(Clinic.id).where(Clinic.id != kit.clinic_id).limit(1)).one()
        assert all(not rule.name for rule in rules_of(session, other))
