"""What texts mean: every wording of STOP, words of crisis before all else, and no "yes" that nobody said."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from scheduler.planning.answer_clock import answer_by, business_days_after
from scheduler.planning.inbound_words import Reading, read_text
from scheduler.planning.words import InboundMeaning as M

STOPS = ["stop", "STOP", " Stop. ", "S T O P", "s.t.o.p", "STOP!!!", "stop please", "Please stop", "quit", "QUIT ",
         "end", "End.", "revoke", "opt out", "OPT-OUT", "optout", "Opt  Out", "cancel", "Cancel!",
         "unsubscribe", "stop all",
         "STOPALL", "stop texting me", "please don't text me",
         "Don’t text me anymore", "do not contact me",
         "no more texts",
         "remove me", "take me off your list", "I want to opt out", "I revoke my consent", "ALTO", "No más mensajes",
         "no me envíen mensajes", "darme de baja", "wrong number"]


@pytest.mark.parametrize("body", STOPS)
def test_every_wording_of_stop_stops(body: str):
    assert read_text(body) == Reading(M.STOP, stops=True)


@pytest.mark.parametrize("body, meaning", [
    ("C", M.CONFIRM), ("c.", M.CONFIRM), ("YES", M.CONFIRM), ("Yes, thank you", M.CONFIRM), ("y", M.CONFIRM),
    ("Sí", M.CONFIRM), ("confirmo", M.CONFIRM), ("Yes I will be there", M.CONFIRM), ("R", M.MOVE), ("r please", M.MOVE),
    ("Reschedule", M.MOVE), ("cambiar", M.MOVE), ("HELP", M.HELP), ("Ayuda", M.HELP), ("start", M.START),
    ("unstop", M.START), ("", M.OTHER), ("?", M.OTHER), ("👍", M.OTHER), ("No", M.OTHER), ("ok", M.OTHER),
    ("cancel my visit on Friday", M.OTHER), ("yes but can I come at 10?", M.OTHER), ("can I stop by at 9", M.OTHER),
    ("who is this", M.OTHER), ("the end of the day is better", M.OTHER), ("CC", M.OTHER)])
def test_only_what_is_surely_meant_is_taken_for_it(body: str, meaning: M):
    assert read_text(body) == Reading(meaning)


@pytest.mark.parametrize("body", [
    "I want to die", "yes I want to kill myself", "Y. suicidal", "c i cant go on", "I don't want to live",
    "quiero morir",
    "Sí, me quiero matar",
    "help me", "this is an emergency", "I can't breathe", "thinking about suicide",
    "i took too many", "end it all", "No quiero vivir más", "kms", "I'm going to hurt myself"])
def test_words_of_crisis_are_never_taken_for_an_answer(body: str):
    assert read_text(body).meaning == M.CRISIS


def test_whoever_says_stop_beside_words_of_crisis_is_heard_in_both():
    assert read_text("stop texting me I want to die") == Reading(M.CRISIS, stops=True)


HOURS = {day: [(time(8), time(12)), (time(13), time(18))] for day in range(5)}


@pytest.mark.parametrize("received, due", [
    (datetime(2027, 4, 2, 9), datetime(2027, 4, 2, 10)), (datetime(2027, 4, 2, 11, 30), datetime(2027, 4, 2, 13, 30)),
    (datetime(2027, 4, 2, 17, 30), datetime(2027, 4, 6, 8, 30)), (datetime(2027, 4, 3, 3), datetime(2027, 4, 6, 9))])
def test_the_clock_runs_while_the_clinic_is_open(received: datetime, due: datetime):
    assert answer_by(received, 60, HOURS, {date(2027, 4, 5)}) == due


def test_a_clinic_without_hours_lets_the_clock_run_through():
    assert answer_by(datetime(2027, 4, 2, 9), 60, {}, ()) == datetime(2027, 4, 2, 10)


def test_ten_business_days_are_two_weeks():
    assert business_days_after(date(2027, 4, 2)) == date(2027, 4, 16)
    assert business_days_after(date(2027, 4, 3)) == date(2027, 4, 16)
