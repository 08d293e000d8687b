"""Who is offered a freed time first, who is not served by it, and until when it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from scheduler.planning.waitlist import OFFER_MOVES, Freed, OfferState, Suits, Waiting, offered_until, ranked, window

SLOT = datetime(2027, 4, 8, 10)
FREED = Freed(SLOT, SLOT + timedelta(hours=2))
LONG_AGO, LATELY = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
LATER = datetime(2027, 4, 15, 9)


def test_who_would_breach_soonest_comes_first_then_who_has_waited_longest() -> None:
    waiting = [Waiting(1, LATER, None, LATELY), Waiting(2, None, date(2027, 4, 12), None), Waiting(3, None, None, None),
               Waiting(4, LATER, None, LONG_AGO), Waiting(5, None, date(2027, 4, 9), None)]
    assert [one.appointment_id for one in ranked(waiting, FREED)] == [5, 2, 4, 1, 3]


@pytest.mark.parametrize(("one", "served"), [
    (Waiting(1, LATER, None, LATELY), ("10:00", "12:00")),
    (Waiting(1, SLOT, None, LATELY), None),
    (Waiting(1, SLOT + timedelta(hours=1), None, LATELY), ("10:00", "11:00")),
    (Waiting(1, SLOT - timedelta(days=1), None, LATELY), None),
    (Waiting(1, LATER, None, None), None),
    (Waiting(1, None, None, None), ("10:00", "12:00")),
    (Waiting(1, LATER, None, LATELY, Suits(not_before=date(2027, 4, 9))), None),
    (Waiting(1, LATER, None, LATELY, Suits(weekdays=(0, 1))), None),
    (Waiting(1, LATER, None, LATELY, Suits(weekdays=(3,), from_time=time(10, 30), to_time=time(11))),
     ("10:30", "11:00")),
    (Waiting(1, LATER, None, LATELY, Suits(from_time=time(12))), None),
    (Waiting(1, LATER, None, LATELY, Suits(to_time=time(10))), None),
])
def test_the_starts_that_serve_lie_before_the_visits_own_and_suit(one: Waiting, served: tuple[str, str] | None) -> None:
    found = window(one, FREED)
    assert (found and tuple(f"{at:%H:%M}" for at in found)) == served


def test_what_was_freed_over_midnight_counts_to_the_end_of_its_day() -> None:
    late = Freed(datetime(2027, 4, 8, 23), datetime(2027, 4, 9, 1))
    assert window(Waiting(1, LATER, None, LATELY), late) == (late.starts, datetime(2027, 4, 9))


def test_a_time_is_kept_for_a_while_and_never_into_the_last_hours_before_it() -> None:
    now = datetime(2027, 4, 7, 8, tzinfo=UTC)
    assert offered_until(now, now + timedelta(hours=48), 120, 24) == now + timedelta(hours=2)
    assert offered_until(now, now + timedelta(hours=25), 120, 24) == now + timedelta(hours=1)
    assert offered_until(now, now + timedelta(hours=24), 120, 24) is None


def test_an_offer_that_has_ended_stays_ended() -> None:
    ended = set(OfferState) - {OfferState.OPEN, OfferState.ACCEPTED}
    assert all(not OFFER_MOVES[state] for state in ended)
    assert OFFER_MOVES[OfferState.ACCEPTED] == {OfferState.DECLINED}, "taken back"
    assert OFFER_MOVES[OfferState.OPEN] == frozenset(OfferState) - {OfferState.OPEN}
