"""What a patient is owed for visits that were booked, moved or cancelled."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from scheduler.planning.lifecycle import MessageState
from scheduler.planning.protocols import Grade
from scheduler.planning.reminder_rules import DEFAULT_RULES
from scheduler.planning.reminders import Recipient, VisitFacts, owed
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel, MessageKind, VisitKind

NEW_YORK = ZoneInfo("America/New_York")
EMAIL, TEXT = Channel.EMAIL, Channel.TEXT
CONFIRMATION, CHANGE, CANCELLATION = MessageKind.CONFIRMATION, MessageKind.CHANGE, MessageKind.CANCELLATION
PREPARATION, THREE_DAYS = MessageKind.PREPARATION, MessageKind.THREE_DAYS
ONE_DAY, AFTER_VISIT = MessageKind.ONE_DAY, MessageKind.AFTER_VISIT
PLANNED, SHIFTED = MessageState.PLANNED, MessageState.SHIFTED
MERGED, SKIPPED = MessageState.MERGED, MessageState.SKIPPED


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


# December 2026: the 1st is a Tuesday, so the 7th, 9th and 11th are Monday, Wednesday and Friday.
NOW = at(11, 30, 10)
BY_LETTER = Recipient(SendingHours(NEW_YORK), (EMAIL,))
BY_BOTH = Recipient(SendingHours(NEW_YORK), (EMAIL, TEXT))
BY_TEXT = Recipient(SendingHours(NEW_YORK), (TEXT,))


def infusion(key: int, day: int, hour: int = 9) -> VisitFacts:
    return VisitFacts(key, VisitKind.INFUSION, at(12, day, hour))


def therapy(key: int, day: int, hour: int = 9) -> VisitFacts:
    return VisitFacts(key, VisitKind.THERAPY, at(12, day, hour))


def standing(messages):
    return [(m.kind, m.visit, m.channel, m.due_at) for m in messages if m.state in (PLANNED, SHIFTED)]


def only(messages, kind, visit=1):
    (found,) = [m for m in messages if m.kind == kind and m.visit == visit]
    return found


def test_one_infusion_owes_a_confirmation_two_reminders_the_preparation_and_one_message_after():
    assert standing(owed([infusion(1, 9)], BY_LETTER, NOW)) == [
        (CONFIRMATION, 1, EMAIL, NOW),
        (THREE_DAYS, 1, EMAIL, at(12, 6, 9)),
        (ONE_DAY, 1, EMAIL, at(12, 8, 9)),
        (PREPARATION, 1, EMAIL, at(12, 8, 18)),
        (AFTER_VISIT, 1, EMAIL, at(12, 10, 9)),
    ]


def test_a_therapy_session_owes_no_preparation_and_no_message_after():
    kinds = [m.kind for m in owed([therapy(1, 9)], BY_LETTER, NOW)]
    assert kinds == [CONFIRMATION, THREE_DAYS, ONE_DAY]


def test_a_visit_of_another_kind_owes_its_confirmation_alone():
    other = VisitFacts(1, VisitKind.OTHER, at(12, 9, 9))
    assert [m.kind for m in owed([other], BY_LETTER, NOW)] == [CONFIRMATION]


def test_a_whole_series_has_one_confirmation_about_all_its_visits():
    messages = owed([infusion(1, 7), infusion(2, 14)], BY_LETTER, NOW)
    assert [(m.visit, m.expires_at) for m in messages if m.kind == CONFIRMATION] == [(None, at(12, 14, 9))]


def test_no_visits_owe_nothing():
    assert owed([], BY_LETTER, NOW) == ()


def test_a_cancelled_visit_owes_the_news_alone():
    assert standing(owed([infusion(1, 9)], BY_LETTER, NOW, CANCELLATION)) == [(CANCELLATION, 1, EMAIL, NOW)]


def test_reminders_can_be_owed_without_news():
    kinds = [m.kind for m in owed([therapy(1, 9)], BY_LETTER, NOW, None)]
    assert kinds == [THREE_DAYS, ONE_DAY]


def test_a_moved_visit_owes_the_change_and_new_reminders():
    kinds = [m.kind for m in owed([therapy(1, 9)], BY_LETTER, NOW, CHANGE)]
    assert kinds == [CHANGE, THREE_DAYS, ONE_DAY]


def test_a_three_day_reminder_for_a_visit_two_days_ahead_is_skipped_with_the_reason():
    messages = owed([therapy(1, 2)], BY_LETTER, NOW)
    skipped = only(messages, THREE_DAYS)
    assert skipped.state == SKIPPED
    assert skipped.reason == "The visit was booked after the day of this reminder; the confirmation says when it is."
    assert only(messages, ONE_DAY).state == PLANNED


def test_a_reminder_due_at_this_very_moment_is_not_stale():
    assert only(owed([therapy(1, 3, 10)], BY_LETTER, NOW, None), THREE_DAYS).state == PLANNED


def test_a_visit_this_afternoon_has_its_confirmation_alone():
    messages = owed([VisitFacts(1, VisitKind.INFUSION, at(11, 30, 15))], BY_LETTER, NOW)
    assert standing(messages) == [
        (CONFIRMATION, 1, EMAIL, NOW),
        (AFTER_VISIT, 1, EMAIL, at(12, 1, 15)),
    ]
    assert only(messages, PREPARATION).reason == "The visit was booked too late for this message to be of use."


def test_instructions_booked_late_in_the_evening_before_are_said_at_once():
    evening = at(12, 8, 18, 40)
    messages = owed([infusion(1, 9)], BY_LETTER, evening)
    preparation = only(messages, PREPARATION)
    assert preparation.due_at == evening
    assert preparation.state == MERGED
    assert preparation.merged_into == ("confirmation", 1)


def test_instructions_at_night_never_wait_for_the_morning():
    preparation = only(owed([infusion(1, 9)], BY_LETTER, at(12, 8, 21)), PREPARATION)
    assert preparation.state == SKIPPED
    assert preparation.reason == (
        "The patient's quiet hours leave no moment at which this message is still of use."
    )


def test_instructions_in_quiet_hours_go_out_earlier():
    early_to_bed = Recipient(SendingHours(NEW_YORK, quiet_from=time(17), quiet_until=time(8)), (EMAIL,))
    preparation = only(owed([infusion(1, 9)], early_to_bed, NOW), PREPARATION)
    assert (preparation.state, preparation.due_at) == (SHIFTED, at(12, 8, 16, 30))
    assert preparation.reason.startswith("Sent earlier")


def test_a_reminder_in_quiet_hours_goes_out_later():
    reminder = only(owed([therapy(1, 9, 7)], BY_LETTER, NOW), ONE_DAY)
    assert (reminder.state, reminder.due_at) == (SHIFTED, at(12, 8, 8))
    assert reminder.reason.startswith("Sent later")


def test_a_confirmation_at_night_waits_for_the_morning():
    confirmation = only(owed([therapy(1, 9)], BY_LETTER, at(11, 30, 22)), CONFIRMATION)
    assert (confirmation.state, confirmation.due_at) == (SHIFTED, at(12, 1, 8))


def test_reminders_of_neighbours_on_one_day_become_one():
    # Sunday the 6th: one day before Monday's visit and three days before Wednesday's.
    messages = owed([infusion(1, 7), infusion(2, 9)], BY_LETTER, NOW)
    joined = only(messages, THREE_DAYS, 2)
    assert joined.state == MERGED
    assert joined.merged_into == ("one-day", 1)
    assert joined.reason == "Said together with the message “one day before” of the same Sunday."


def test_the_evening_preparation_is_not_swallowed_by_the_mornings_reminder():
    messages = owed([infusion(1, 9)], BY_LETTER, NOW)
    assert only(messages, PREPARATION).state == PLANNED
    assert only(messages, ONE_DAY).state == PLANNED


def test_a_reminder_on_the_day_of_the_confirmation_is_said_by_it():
    messages = owed([therapy(1, 1, 12)], BY_LETTER, NOW)
    assert only(messages, ONE_DAY).merged_into == ("confirmation", 1)
    assert standing(messages) == [(CONFIRMATION, 1, EMAIL, NOW)]


def test_who_cannot_be_reached_is_owed_the_message_with_a_warning():
    messages = owed([therapy(1, 9)], Recipient(SendingHours(NEW_YORK), ()), NOW)
    assert {m.state for m in messages} == {PLANNED}
    assert {m.reason for m in messages} == {
        "The patient cannot be reached this way yet: no address or no consent is on file."
    }


def test_who_prefers_a_call_gets_no_letter():
    caller = Recipient(SendingHours(NEW_YORK), (EMAIL, TEXT), prefers_call=True)
    assert {(m.state, m.reason) for m in owed([therapy(1, 9)], caller, NOW)} == {
        (SKIPPED, "The patient asked to be telephoned instead.")
    }


def test_reminders_keep_the_visits_wall_time_across_the_end_of_summer_time():
    visit = VisitFacts(1, VisitKind.THERAPY, at(11, 2, 9))
    messages = owed([visit], BY_LETTER, at(10, 20, 9), None)
    assert [m.due_at.astimezone(NEW_YORK).strftime("%d %H:%M %z") for m in messages] == [
        "30 09:00 -0400", "01 09:00 -0500",
    ]  # fmt: skip


def test_the_evening_before_is_six_oclock_across_the_beginning_of_summer_time():
    visit = VisitFacts(1, VisitKind.INFUSION, at(3, 14, 9, year=2027))
    preparation = only(owed([visit], BY_LETTER, at(3, 1, 9, year=2027)), PREPARATION)
    assert preparation.due_at.astimezone(NEW_YORK).strftime("%d %H:%M %z") == "13 18:00 -0500"


def test_the_patients_clock_decides_when_it_is_evening():
    pacific = Recipient(SendingHours(ZoneInfo("America/Los_Angeles")), (EMAIL,))
    preparation = only(owed([infusion(1, 9)], pacific, NOW), PREPARATION)
    assert preparation.due_at == at(12, 8, 21)


def test_every_message_expires_when_it_is_of_no_more_use():
    expires = {m.kind: m.expires_at for m in owed([infusion(1, 9)], BY_LETTER, NOW)}
    assert expires == {
        CONFIRMATION: at(12, 9, 9), THREE_DAYS: at(12, 7, 21), ONE_DAY: at(12, 9, 7),
        PREPARATION: at(12, 9, 1), AFTER_VISIT: at(12, 12, 9),
    }  # fmt: skip


def test_every_message_carries_its_rule_its_grade_and_its_evidence():
    messages = {m.kind: m for m in owed([infusion(1, 9)], BY_LETTER, NOW)}
    assert (messages[THREE_DAYS].grade, messages[ONE_DAY].grade) == (Grade.SEEN, Grade.SEEN)
    assert "4.4 % missed" in messages[ONE_DAY].why
    for kind in (CONFIRMATION, PREPARATION, AFTER_VISIT):
        assert messages[kind].grade == Grade.POLICY
        assert "no published source" in messages[kind].why


def test_a_clinic_may_leave_a_rule_out():
    rules = [rule for rule in DEFAULT_RULES if rule.id != "three-days"]
    assert THREE_DAYS not in {m.kind for m in owed([therapy(1, 9)], BY_LETTER, NOW, rules=rules)}


def test_the_same_visits_are_owed_the_same_messages_every_time():
    visits = [infusion(1, 7), infusion(2, 9)]
    assert owed(visits, BY_BOTH, NOW) == owed(visits[::-1], BY_BOTH, NOW)
