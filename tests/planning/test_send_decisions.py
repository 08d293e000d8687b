"""A due message against the visit and the patient as they are now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.planning.back_off import RetryAt, after_failure
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.send_decisions import (
    Expire,
    Instead,
    MessageNow,
    Park,
    PatientNow,
    Send,
    Shift,
    Skip,
    VisitNow,
    decide_at_send,
)
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel, MessageKind

NEW_YORK = ZoneInfo("America/New_York")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=NEW_YORK)


REMINDER = MessageNow(MessageKind.ONE_DAY, Channel.EMAIL, at(8, 9), at(9, 7), version=1)
VISIT = VisitNow(AppointmentStatus.BOOKED, at(9, 9), version=1)
PATIENT = PatientNow(SendingHours(NEW_YORK), has_address=True, has_consent=True)
DUE = at(8, 9)


def decide(message=REMINDER, visit=VISIT, patient=PATIENT, now=DUE):
    return decide_at_send(message, [visit], patient, now)


def test_a_due_message_for_a_booked_visit_is_sent():
    assert decide() == Send()


@pytest.mark.parametrize(
    ("visit", "reason"),
    [
        (replace(VISIT, status=AppointmentStatus.CANCELLED), "The visit was cancelled."),
        (replace(VISIT, status=AppointmentStatus.NO_SHOW), "The patient did not come to the visit."),
        (replace(VISIT, version=2), "The visit was moved after this message was written."),
        (replace(VISIT, cannot_come=True), "The patient has said that they cannot come; the desk calls."),
        (replace(VISIT, status=AppointmentStatus.ARRIVED),
         "The patient is already here, or the visit has taken place."),
        (replace(VISIT, status=AppointmentStatus.HELD), "The visit is only held, not booked."),
    ],
)  # fmt: skip
def test_a_reminder_about_a_visit_that_is_no_more_what_it_was_is_skipped(visit, reason):
    assert decide(visit=visit) == Skip(reason)


def test_a_message_whose_visit_is_gone_is_skipped():
    assert decide_at_send(REMINDER, [], PATIENT, DUE) == Skip("The visit was cancelled.")


def test_an_itinerary_is_sent_while_any_of_its_visits_stands():
    itinerary = MessageNow(MessageKind.CONFIRMATION, Channel.EMAIL, DUE, at(20, 9))
    gone = replace(VISIT, status=AppointmentStatus.CANCELLED)
    assert decide_at_send(itinerary, [gone, replace(VISIT, version=3)], PATIENT, DUE) == Send()
    assert decide_at_send(itinerary, [gone, gone], PATIENT, DUE) == Skip("The visit was cancelled.")


def test_the_news_of_a_cancellation_is_sent_though_the_visit_is_cancelled():
    news = replace(REMINDER, kind=MessageKind.CANCELLATION)
    assert decide(news, replace(VISIT, status=AppointmentStatus.CANCELLED, version=2)) == Send()


def test_a_cancelled_visit_is_named_before_a_missed_deadline():
    assert decide(visit=replace(VISIT, status=AppointmentStatus.CANCELLED), now=at(9, 12)) == Skip(
        "The visit was cancelled."
    )


def test_a_late_clock_still_sends_what_is_of_use():
    assert decide(now=at(8, 19, 59)) == Send()


def test_a_clock_too_late_lets_the_message_expire():
    assert isinstance(decide(now=at(9, 7)), Expire)


def test_a_message_taken_too_early_waits_for_its_hour():
    assert decide(now=at(8, 8)) == Shift(at(8, 9), "It is not due yet.")


def test_at_night_an_ordinary_message_waits_for_the_morning():
    weekly = replace(REMINDER, expires_at=at(9, 20))
    assert decide(weekly, now=at(8, 22)) == Shift(at(9, 8), "It waits for the end of the patient's quiet hours.")


def test_at_night_instructions_do_not_wait_until_they_are_too_late():
    preparation = replace(REMINDER, kind=MessageKind.PREPARATION, due_at=at(8, 18), expires_at=at(9, 1))
    assert isinstance(decide(preparation, now=at(8, 20)), Expire)


def test_quiet_hours_without_an_end_are_for_a_person():
    never = replace(PATIENT, hours=SendingHours(NEW_YORK, quiet_from=time(8), quiet_until=time(20)))
    assert isinstance(decide(patient=never), Park)


@pytest.mark.parametrize(
    ("change", "decision"),
    [
        ({"has_consent": False},
         Skip("The patient has not consented to e-mail, or has taken the consent back.")),
        ({"has_address": False}, Park("No e-mail address is on file. Add one and send again, or call.")),
        ({"prefers_call": True}, Skip("The patient asked to be telephoned instead.")),
        ({"deceased": True}, Skip("The patient has died.")),
        ({"minor_without_guardian": True},
         Park("The patient is a minor and no guardian's agreement is on file. Record it and send again, or call.")),
    ],
)  # fmt: skip
def test_a_patient_who_may_not_or_cannot_be_written_to_is_not(change, decision):
    assert decide(patient=replace(PATIENT, **change)) == decision


def test_a_message_after_the_visit_waits_until_somebody_says_it_took_place():
    after = MessageNow(MessageKind.AFTER_VISIT, Channel.EMAIL, at(10, 9), at(12, 9), version=1)
    assert decide(after, now=at(10, 9)) == Shift(at(10, 11), "Nobody has marked yet whether the visit took place.")
    assert decide(after, replace(VISIT, status=AppointmentStatus.FULFILLED), now=at(10, 9)) == Send()
    missed = replace(VISIT, status=AppointmentStatus.NO_SHOW)
    assert decide(after, missed, now=at(10, 9)) == Skip("The patient did not come to the visit.")
    assert isinstance(decide(after, now=at(12, 9)), Expire)


TEXT = replace(REMINDER, channel=Channel.TEXT, expires_at=at(12, 7))


def test_a_second_text_of_the_day_waits_for_tomorrow():
    texted = replace(PATIENT, texts=(at(8, 8),))
    assert decide(TEXT, patient=texted) == Shift(
        at(9, 8), "The cap on texts is reached; it waits for the next day with room."
    )


def test_a_fourth_text_of_the_week_is_skipped_where_there_is_no_room_in_time():
    texted = replace(PATIENT, texts=(at(4, 9), at(6, 9), at(7, 9)))
    assert decide(replace(TEXT, expires_at=at(9, 7)), patient=texted) == Skip(
        "The cap on texts is reached, and it would be of no use once there is room again."
    )
    assert decide(TEXT, patient=texted) == Shift(
        at(11, 8), "The cap on texts is reached; it waits for the next day with room."
    )


def test_a_text_without_room_becomes_the_letter_of_its_rule_where_there_is_one():
    texted = replace(PATIENT, texts=(at(8, 8),))
    assert decide(replace(TEXT, instead=Channel.EMAIL), patient=texted) == Instead(
        Channel.EMAIL, "By e-mail: the cap on texts is reached."
    )
    assert decide(replace(TEXT, instead=Channel.EMAIL)) == Send(PATIENT.caps.sentence)


def test_letters_have_no_cap_and_consent_may_lift_the_caps_on_texts():
    texted = replace(PATIENT, texts=(at(8, 8),))
    assert decide(patient=texted) == Send()
    assert decide(TEXT, patient=replace(texted, caps=None)) == Send()


def test_failures_back_off_and_end_with_a_person():
    end = at(20, 9)
    pauses = [after_failure(attempts, DUE, end) for attempts in range(1, 6)]
    assert pauses == [
        RetryAt(DUE + pause)
        for pause in (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1),
                      timedelta(hours=4))
    ]  # fmt: skip
    assert after_failure(6, DUE, end) == Park("6 attempts failed. Look into it and send again, or call.")


def test_the_other_sides_wish_to_wait_is_kept_where_it_is_longer():
    assert after_failure(1, DUE, at(20, 9), timedelta(minutes=3)) == RetryAt(DUE + timedelta(minutes=3))
    assert after_failure(2, DUE, at(20, 9), timedelta(minutes=3)) == RetryAt(DUE + timedelta(minutes=5))


def test_nothing_is_tried_again_after_its_time():
    assert after_failure(4, DUE, at(8, 10)) == Park("It could not be delivered while it was of use. Call the patient.")


def test_back_off_counts_failed_attempts():
    with pytest.raises(ValueError, match="from the first failed attempt"):
        after_failure(0, datetime(2026, 12, 8, tzinfo=UTC), at(9, 9))
