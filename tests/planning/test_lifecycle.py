"""What may follow what: appointments, series and messages."""

from __future__ import annotations

import pytest

from scheduler.planning.lifecycle import (
    APPOINTMENT_MOVES,
    LIVE_MESSAGE,
    MESSAGE_MOVES,
    OCCUPYING,
    SERIES_MOVES,
    AppointmentStatus,
    MessageState,
    MoveNotAllowed,
    SeriesStatus,
    allowed,
    refusal,
    takes_time_again,
    undo_of,
)

A, S, M = AppointmentStatus, SeriesStatus, MessageState


def test_the_vocabularies_are_closed_and_spelled_as_stored():
    assert [s.value for s in A] == ["held", "booked", "arrived", "in_progress", "fulfilled", "cancelled", "no_show"]
    assert [s.value for s in S] == ["proposed", "active", "on_hold", "completed", "stopped"]
    assert [s.value for s in M] == [
        "planned", "shifted", "merged", "superseded", "skipped", "claimed",
        "sent", "delivered", "bounced", "failed", "parked", "answered",
    ]  # fmt: skip


@pytest.mark.parametrize(("states", "moves"), [(A, APPOINTMENT_MOVES), (S, SERIES_MOVES), (M, MESSAGE_MOVES)])
def test_every_state_has_its_row_in_the_table_of_moves(states, moves):
    assert set(moves) == set(states)


def test_a_visit_goes_from_held_to_fulfilled_step_by_step():
    path = [A.HELD, A.BOOKED, A.ARRIVED, A.IN_PROGRESS, A.FULFILLED]
    assert all(allowed(a, b) for a, b in zip(path, path[1:], strict=False))


@pytest.mark.parametrize(
    ("current", "wanted"),
    [(A.ARRIVED, A.BOOKED), (A.IN_PROGRESS, A.ARRIVED), (A.FULFILLED, A.ARRIVED), (A.NO_SHOW, A.BOOKED)],
)
def test_what_happened_can_be_taken_back(current, wanted):
    assert undo_of(current) == wanted
    assert allowed(current, wanted)


@pytest.mark.parametrize("current", [A.HELD, A.BOOKED, A.CANCELLED])
def test_where_nothing_happened_there_is_nothing_to_take_back(current):
    assert undo_of(current) is None


@pytest.mark.parametrize(
    ("current", "wanted"),
    [
        (A.HELD, A.ARRIVED),
        (A.HELD, A.NO_SHOW),
        (A.BOOKED, A.HELD),
        (A.BOOKED, A.IN_PROGRESS),
        (A.IN_PROGRESS, A.CANCELLED),
        (A.FULFILLED, A.CANCELLED),
        (A.FULFILLED, A.NO_SHOW),
        (A.CANCELLED, A.ARRIVED),
        (A.NO_SHOW, A.ARRIVED),
        (S.PROPOSED, S.COMPLETED),
        (S.ON_HOLD, S.COMPLETED),
        (S.COMPLETED, S.STOPPED),
        (M.PLANNED, M.SENT),
        (M.SENT, M.PLANNED),
        (M.SENT, M.CLAIMED),
        (M.SUPERSEDED, M.PLANNED),
        (M.DELIVERED, M.SENT),
    ],
)
def test_these_moves_are_refused(current, wanted):
    assert not allowed(current, wanted)


def test_a_message_is_sent_only_after_it_was_claimed():
    assert [state for state in M if allowed(state, M.SENT)] == [M.CLAIMED]


def test_a_failed_message_is_claimed_again_or_parked():
    assert allowed(M.CLAIMED, M.FAILED)
    assert allowed(M.FAILED, M.CLAIMED)
    assert allowed(M.FAILED, M.PARKED)
    assert allowed(M.PARKED, M.PLANNED)


def test_a_lapsed_claim_is_planned_again():
    assert allowed(M.CLAIMED, M.PLANNED)


def test_every_message_steps_aside_when_its_visit_moves():
    assert all(allowed(state, M.SUPERSEDED) for state in M if state is not M.SUPERSEDED)
    assert M.SUPERSEDED not in LIVE_MESSAGE
    assert M.SENT in LIVE_MESSAGE


def test_only_shifted_may_be_set_to_itself():
    every = [*A, *S, *M]
    assert [state for state in every if allowed(state, state)] == [M.SHIFTED]


def test_states_of_two_vocabularies_never_mix():
    assert not allowed(S.ACTIVE, A.BOOKED)
    assert not allowed(A.BOOKED, S.STOPPED)


def test_cancelled_and_missed_visits_occupy_nothing_and_must_claim_anew():
    assert frozenset({A.HELD, A.BOOKED, A.ARRIVED, A.IN_PROGRESS, A.FULFILLED}) == OCCUPYING
    assert takes_time_again(A.CANCELLED, A.BOOKED)
    assert takes_time_again(A.NO_SHOW, A.BOOKED)
    assert not takes_time_again(A.ARRIVED, A.BOOKED)
    assert not takes_time_again(A.BOOKED, A.CANCELLED)


def test_an_allowed_move_has_no_refusal():
    assert refusal(A.BOOKED, A.ARRIVED) is None


def test_a_refusal_says_what_the_visit_is_and_what_it_can_become():
    refused = refusal(A.FULFILLED, A.NO_SHOW)
    assert refused == MoveNotAllowed("appointment", A.FULFILLED, A.NO_SHOW)
    assert refused.sentence == (
        "This appointment is fulfilled and cannot become a no-show. From here it can become arrived."
    )


def test_a_repeated_move_is_refused_as_already_done():
    assert refusal(S.ON_HOLD, S.ON_HOLD).sentence == (
        "This series is already on hold. From here it can become active or stopped."
    )


def test_a_superseded_message_is_at_its_end():
    assert refusal(M.SUPERSEDED, M.SENT).sentence == (
        "This message is superseded and cannot become sent. Nothing more can happen to it."
    )
