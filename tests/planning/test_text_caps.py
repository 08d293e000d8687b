"""Texts among what a patient is owed: one a day, three a week, the rest by letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.planning.lifecycle import MessageState
from scheduler.planning.reminder_rules import ONE_DAY as ONE_DAY_RULE
from scheduler.planning.reminder_rules import THREE_DAYS as REMINDER
from scheduler.planning.reminder_rules import Caps, Moment, has_room
from scheduler.planning.reminders import Recipient, VisitFacts, owed
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel, MessageKind, Timing, VisitKind

NEW_YORK = ZoneInfo("America/New_York")
EMAIL, TEXT = Channel.EMAIL, Channel.TEXT
CONFIRMATION = MessageKind.CONFIRMATION
PREPARATION, THREE_DAYS = MessageKind.PREPARATION, MessageKind.THREE_DAYS
ONE_DAY, AFTER_VISIT = MessageKind.ONE_DAY, MessageKind.AFTER_VISIT
PLANNED, SKIPPED = MessageState.PLANNED, MessageState.SKIPPED


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


# December 2026: the 1st is a Tuesday, so the 7th, 9th and 11th are Monday, Wednesday and Friday.
NOW = at(11, 30, 10)
BY_BOTH = Recipient(SendingHours(NEW_YORK), (EMAIL, TEXT))
BY_TEXT = Recipient(SendingHours(NEW_YORK), (TEXT,))


def infusion(key: int, day: int, hour: int = 9) -> VisitFacts:
    return VisitFacts(key, VisitKind.INFUSION, at(12, day, hour))


def therapy(key: int, day: int, hour: int = 9) -> VisitFacts:
    return VisitFacts(key, VisitKind.THERAPY, at(12, day, hour))


def only(messages, kind, visit=1):
    (found,) = [m for m in messages if m.kind == kind and m.visit == visit]
    return found


def test_texts_go_out_one_day_ahead_and_letters_for_the_rest():
    channels = {m.kind: m.channel for m in owed([infusion(1, 9)], BY_BOTH, NOW)}
    assert channels == {
        CONFIRMATION: EMAIL, THREE_DAYS: EMAIL, ONE_DAY: TEXT, PREPARATION: EMAIL, AFTER_VISIT: EMAIL,
    }  # fmt: skip


def test_three_visits_a_week_keep_the_caps_on_texts_for_four_weeks():
    visits = [infusion(number, day) for number, day in enumerate((7, 9, 11, 14, 16, 18, 21, 23, 25, 28, 30), start=1)]
    messages = owed(visits, BY_BOTH, NOW)
    texts = sorted(m.due_at.astimezone(NEW_YORK).day for m in messages if m.channel == TEXT and m.state == PLANNED)
    assert texts == [6, 8, 10, 13, 15, 17, 20, 22, 24, 27, 29]


def test_a_fourth_text_in_a_week_becomes_a_letter():
    visits = [therapy(number, day) for number, day in enumerate((7, 9, 11, 12), start=1)]
    last = only(owed(visits, BY_BOTH, NOW), ONE_DAY, 4)
    assert last.channel == EMAIL
    assert last.reason == "By e-mail: the cap on texts is reached."


def test_where_there_is_no_address_the_one_day_texts_come_before_the_three_day_ones():
    visits = [therapy(number, day) for number, day in enumerate((7, 9, 11, 12), start=1)]
    messages = owed(visits, BY_TEXT, NOW, None)
    texts = [m.due_at.astimezone(NEW_YORK).day for m in messages if m.state == PLANNED]
    assert texts == [6, 8, 10]
    assert only(messages, ONE_DAY, 4).state == SKIPPED


def test_texts_of_one_day_are_one_text_whatever_they_say():
    messages = owed([infusion(1, 9)], BY_TEXT, NOW, None)
    assert only(messages, PREPARATION).merged_into == ("one-day", 1)


def test_texts_already_due_count():
    busy = Recipient(SendingHours(NEW_YORK), (EMAIL, TEXT), texts=(at(12, 8, 15),))
    assert only(owed([therapy(1, 9)], busy, NOW), ONE_DAY).channel == EMAIL


def test_recorded_consent_may_lift_the_caps():
    free = Recipient(SendingHours(NEW_YORK), (EMAIL, TEXT), caps=None, texts=(at(12, 8, 15),))
    assert only(owed([therapy(1, 9)], free, NOW), ONE_DAY).channel == TEXT


def test_a_week_is_any_seven_days():
    first = at(12, 1, 9).date()
    texts = [first, first + timedelta(days=2), first + timedelta(days=4)]
    assert not has_room(first + timedelta(days=6), texts, Caps())
    assert has_room(first + timedelta(days=7), texts, Caps())
    assert not has_room(first - timedelta(days=2), texts, Caps())
    assert has_room(first - timedelta(days=3), texts, Caps())


def test_what_a_text_was_to_say_too_is_not_lost_where_that_text_falls_to_the_cap():
    busy = Recipient(SendingHours(NEW_YORK), (EMAIL, TEXT), texts=(at(12, 8, 15),))
    text_alone = replace(ONE_DAY_RULE, channels=(TEXT,))
    also = replace(REMINDER, moment=Moment(Timing.DAYS, -1), channels=(TEXT, EMAIL),
                   useful_until=timedelta(hours=-2))
    messages = owed([therapy(1, 9)], busy, NOW, None, (text_alone, also))
    assert only(messages, ONE_DAY).state == SKIPPED
    freed = only(messages, THREE_DAYS)
    assert (freed.state, freed.channel, freed.merged_into) == (PLANNED, EMAIL, None)
    assert freed.reason == "By e-mail: the cap on texts is reached."
