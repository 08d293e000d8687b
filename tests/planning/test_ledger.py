"""The ledger of a series is counted from what became of its infusions; nothing is lost between its entries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.planning.ledger import Ledger, ledger
from scheduler.planning.lifecycle import AppointmentStatus as A
from scheduler.planning.lifecycle import Departure


def test_every_infusion_stands_in_one_entry() -> None:
    book = ledger(6, [(A.FULFILLED, None), (A.FULFILLED, Departure.CEASED), (A.ARRIVED, None), (A.BOOKED, None),
                      (A.NO_SHOW, None), (A.CANCELLED, Departure.DEFERRED)])
    assert book == Ledger(ordered=6, booked=2, given=2, cancelled=1, missed=1)
    assert (book.course, book.remaining, book.without_time) == (6, 2, 2)


def test_one_that_was_omitted_wants_no_time_but_remains_on_the_order() -> None:
    book = ledger(3, [(A.FULFILLED, None), (A.BOOKED, None), (A.CANCELLED, Departure.OMITTED)])
    assert (book.omitted, book.without_time, book.remaining, book.course) == (1, 0, 1, 3)


def test_what_is_booked_elsewhere_on_the_order_does_not_remain() -> None:
    assert ledger(8, [(A.BOOKED, None)] * 6, elsewhere=2).remaining == 0


def test_one_that_is_kept_behind_a_gate_is_neither_booked_nor_remaining() -> None:
    book = ledger(3, [(A.FULFILLED, None), (A.HELD, None), (A.HELD, None)])
    assert (book.kept, book.booked, book.remaining, book.course) == (2, 0, 0, 3)


@given(st.lists(st.tuples(st.sampled_from(A), st.none() | st.sampled_from(Departure))))
def test_the_entries_add_up_to_the_course(infusions) -> None:
    book = ledger(60, infusions)
    assert book.course == len(infusions)
    assert book.booked + book.kept + book.given + book.remaining == book.ordered
