"""Who is offered a freed time first, who is not served by it, and until when it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from scheduler.planning.waitlist import OFFER_MOVES, OfferState, Suits, Waiting, offered_until, ranked, serves

SLOT = datetime(2027, 4, 8, 10)
LONG_AGO, LATELY = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
LATER = datetime(2027, 4, 15, 9)


def test_who_would_breach_soonest_comes_first_then_who_has_waited_longest() -> None:
    waiting = [Waiting(1, LATER, None, LATELY), Waiting(2, None, date(2027, 4, 12), None), Waiting(3, None, None, None),
               Waiting(4, LATER, None, LONG_AGO), Waiting(5, None, date(2027, 4, 9), None)]
    assert [one.appointment_id for one in ranked(waiting, SLOT)] == [5, 2, 4, 1, 3]


@pytest.mark.parametrize(("one", "served"), [
    (Waiting(1, LATER, None, LATELY), True),
    (Waiting(1, SLOT, None, LATELY), False),
    (Waiting(1, SLOT - timedelta(days=1), None, LATELY), False),
    (Waiting(1, LATER, None, None), False),
    (Waiting(1, None, None, None), True),
    (Waiting(1, LATER, None, LATELY, Suits(not_before=date(2027, 4, 9))), False),
    (Waiting(1, LATER, None, LATELY, Suits(weekdays=(0, 1))), False),
    (Waiting(1, LATER, None, LATELY, Suits(weekdays=(3,), from_time=time(10), to_time=time(11))), True),
    (Waiting(1, LATER, None, LATELY, Suits(from_time=time(10, 5))), False),
    (Waiting(1, LATER, None, LATELY, Suits(to_time=time(10))), False),
])
def test_a_time_serves_whom_it_brings_forward_within_what_suits(one: Waiting, served: bool) -> None:
    assert serves(one, SLOT) is served


def test_a_time_is_kept_for_a_while_and_never_into_the_last_hours_before_it() -> None:
    now = datetime(2027, 4, 7, 8, tzinfo=UTC)
    assert offered_until(now, now + timedelta(hours=48), 120, 24) == now + timedelta(hours=2)
    assert offered_until(now, now + timedelta(hours=25), 120, 24) == now + timedelta(hours=1)
    assert offered_until(now, now + timedelta(hours=24), 120, 24) is None


def test_an_offer_that_has_ended_stays_ended() -> None:
    assert all(not OFFER_MOVES[state] for state in OfferState if state != OfferState.OPEN)
    assert OFFER_MOVES[OfferState.OPEN] == frozenset(OfferState) - {OfferState.OPEN}
