"""Requests for an appointment: who may be the same person, by when an answer is promised, where a request may go."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.planning.requests import (
    CAME_TO_NOTHING,
    MOVES,
    WAITING,
    Alike,
    Contact,
    RequestState,
    alike,
    answered_by,
)

ADA = Contact("Quill", "Ada", date(1980, 5, 17), "+13015550123", "ada@example.com")
WEEKDAYS = range(5)


@pytest.mark.parametrize(("other", "shared"), [
    (Contact("Quill", "Ada", date(1980, 5, 17), None, None), (Alike.NAME_AND_BIRTH,)),
    (Contact("QUILL", "Áda", date(1980, 5, 17), "+13015550123", "ADA@example.com"), tuple(
        (Alike.NAME_AND_BIRTH, Alike.TELEPHONE, Alike.EMAIL))),
    (Contact("Quil", "Ada", date(1980, 5, 17), None, None), (Alike.NAME_AND_BIRTH,)),
    (Contact("Reed", "Bo", None, "+13015550123", None), (Alike.TELEPHONE,)),
    (Contact("Quill", "Ada", None, None, None), ()),
    (Contact("Quill", "Ada", date(1980, 5, 18), None, None), ()),
    (Contact("Reed", "Bo", date(1980, 5, 17), None, ""), ())])
def test_what_two_people_have_in_common(other, shared):
    assert alike(ADA, other) == shared == alike(other, ADA)


def test_nothing_in_common_is_nothing_to_compare():
    nobody = Contact("Quill", "Ada", None, None, None)
    assert alike(nobody, nobody) == ()


@pytest.mark.parametrize(("received", "days", "closures", "by"), [
    (date(2027, 4, 2), 1, (), date(2027, 4, 5)), (date(2027, 4, 1), 1, (), date(2027, 4, 2)),
    (date(2027, 4, 2), 2, [(date(2027, 4, 5), date(2027, 4, 6))], date(2027, 4, 8)),
    (date(2027, 4, 3), 1, (), date(2027, 4, 5)), (date(2027, 4, 2), None, (), None)])
def test_an_answer_is_promised_in_days_on_which_the_clinic_is_open(received, days, closures, by):
    assert answered_by(received, days, WEEKDAYS, closures) == by


def test_a_clinic_that_is_never_open_promises_nothing():
    assert answered_by(date(2027, 4, 2), 1, (), ()) is None


def test_only_a_request_that_waits_goes_anywhere():
    assert {state for state in RequestState if MOVES[state]} == WAITING
    assert all(RequestState.NEW not in ways for ways in MOVES.values())
    assert not WAITING & CAME_TO_NOTHING
