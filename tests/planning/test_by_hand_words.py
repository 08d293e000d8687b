"""What the desk may write by hand, and by when an opt-out must have been honoured."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.planning.business_days import business_days_after
from scheduler.planning.by_hand_words import wrong_by_hand
from scheduler.planning.words import Channel, Discretion

FULL = Discretion.CLINIC_AND_TIME


def faults(words: str, channel: Channel = Channel.TEXT, discretion: Discretion = FULL) -> list[str]:
    return [one.sentence for one in wrong_by_hand(words, channel, discretion)]


def test_plain_words_may_go():
    assert faults("You may park in the yard.") == []
    assert faults("You may park in the yard.", Channel.EMAIL, Discretion.LINK_ALONE) == []


@pytest.mark.parametrize("words, told", [
    ("  ", "Write what it is to say."), ("Your infusion is on Monday", "“infusion” says too much"),
    ("About your Ketamine", "“Ketamine” says too much"), ("Hello {name}", "Curly braces"), ("x" * 2001, "too long")])
def test_what_must_not_go_is_refused_with_what_to_do(words, told):
    assert any(told in one for one in faults(words, Channel.EMAIL))


@pytest.mark.parametrize("discretion", [Discretion.TIME_ALONE, Discretion.LINK_ALONE])
def test_who_wants_texts_to_say_next_to_nothing_gets_no_words_by_text(discretion):
    assert "say next to nothing" in faults("You may park in the yard.", Channel.TEXT, discretion)[0]


@pytest.mark.parametrize("day, last", [
    (date(2027, 4, 2), date(2027, 4, 16)),
    (date(2027, 4, 3), date(2027, 4, 16)), (date(2027, 4, 5), date(2027, 4, 19))])
def test_ten_business_days_leave_weekends_out(day, last):
    assert business_days_after(day, 10) == last
