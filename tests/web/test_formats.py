"""How days, times and telephones are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.web import formats
from scheduler.web.formats import Reading

MARYLAND = ZoneInfo("America/New_York")
READING = Reading(zone=MARYLAND, now=datetime(2027, 1, 5, 14, 30, tzinfo=UTC))


def wall(at: str) -> datetime:
    """A naive wall time on 7 January, as planning has it."""
    return datetime.fromisoformat(f"2027-01-07T{at}")


SPANISH = replace(READING, locale="es_US")


def test_a_time_is_written_in_the_clinic_s_zone():
    assert formats.when(datetime(2027, 1, 7, 14, 0, tzinfo=UTC), READING) == "Thu 7 Jan, 9:00 AM"


def test_a_naive_time_is_the_clinic_s_wall_time():
    assert formats.when(wall("09:00"), READING) == "Thu 7 Jan, 9:00 AM"


def test_late_evening_in_utc_is_still_the_day_before_at_the_clinic():
    assert formats.day(datetime(2027, 1, 8, 3, 0, tzinfo=UTC), READING) == "Thu 7 Jan"


def test_a_day_half_a_year_away_has_its_year():
    assert formats.day(date(2027, 7, 4), READING) == "Sun 4 Jul"
    assert formats.day(date(2027, 7, 5), READING) == "Mon 5 Jul 2027"
    assert formats.day(date(2026, 7, 1), READING) == "Wed 1 Jul 2026"


def test_a_birthday_has_no_weekday():
    assert formats.plain_date(date(1980, 5, 17), READING) == "17 May 1980"
    assert formats.plain_date(date(1980, 5, 17), SPANISH) == "17 may 1980"


def test_a_spoken_day_has_its_year_only_far_away():
    assert formats.spoken_day(date(2027, 1, 7), READING) == "Thursday 7 January"
    assert formats.spoken_day(date(2027, 8, 5), READING) == "Thursday 5 August 2027"
    assert formats.spoken_day(date(2027, 1, 7), SPANISH) == "jueves, 7 de enero"


def test_other_locales_write_their_own_way():
    written = formats.when(datetime(2027, 1, 7, 14, 0, tzinfo=UTC), SPANISH)
    assert written == "jue, 7 de ene, 9:00 a.m."
    assert formats.when(datetime(2027, 1, 7, 14, 0, tzinfo=UTC), replace(READING, locale="de_DE")) == (
        "Do., 7. Jan., 09:00")


def test_an_unknown_locale_reads_as_english():
    assert formats.day(date(2027, 1, 7), replace(READING, locale="en_XX-nonsense")) == "Thu 7 Jan"


def test_the_zone_is_named_where_the_reader_lives_elsewhere():
    away = replace(READING, reader_zone=ZoneInfo("America/Los_Angeles"))
    assert formats.clock_time(datetime(2027, 1, 7, 14, 0, tzinfo=UTC), away) == "9:00 AM EST"
    assert formats.clock_time(datetime(2027, 7, 7, 13, 0, tzinfo=UTC), away) == "9:00 AM EDT"


def test_the_zone_is_not_named_where_the_clocks_agree():
    near = replace(READING, reader_zone=ZoneInfo("America/Toronto"))
    assert formats.clock_time(datetime(2027, 1, 7, 14, 0, tzinfo=UTC), near) == "9:00 AM"


def test_the_hour_that_comes_twice_is_told_apart():
    assert formats.clock_time(datetime(2026, 11, 1, 5, 30, tzinfo=UTC), READING) == "1:30 AM EDT"
    assert formats.clock_time(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), READING) == "1:30 AM EST"
    assert formats.clock_time(datetime(2026, 11, 1, 7, 30, tzinfo=UTC), READING) == "2:30 AM"


def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_clock_change():
    assert formats.when(datetime(2027, 3, 12, 14, 0, tzinfo=UTC), READING) == "Fri 12 Mar, 9:00 AM"
    assert formats.when(datetime(2027, 3, 15, 13, 0, tzinfo=UTC), READING) == "Mon 15 Mar, 9:00 AM"


@pytest.mark.parametrize("days, words", [
    (0, "today"), (1, "tomorrow"), (-1, "yesterday"), (2, "in 2 days"), (-3, "3 days ago"), (13, "in 13 days"),
    (14, "in 2 weeks"), (-21, "3 weeks ago"), (120, "in 4 months")])
def test_how_far_away_a_day_is(days: int, words: str):
    assert formats.away(date(2027, 1, 5) + timedelta(days=days), READING) == words


def test_tomorrow_is_the_next_calendar_day_not_the_next_24_hours():
    late = replace(READING, now=datetime(2027, 1, 6, 4, 30, tzinfo=UTC))  # 11:30 PM on the 5th
    assert formats.away(datetime(2027, 1, 6, 13, 0, tzinfo=UTC), late) == "tomorrow"


def test_spanish_days_have_their_words():
    assert formats.away(date(2027, 1, 6), SPANISH) == "mañana"
    assert formats.away(date(2027, 1, 8), SPANISH) == "dentro de 3 días"


@pytest.mark.parametrize("minutes, words", [
    (115, "1 h 55 min"), (60, "1 h"), (50, "50 min"), (0, "0 min"), (72 * 60, "72 h"), (-90, "−1 h 30 min")])
def test_durations(minutes: int, words: str):
    assert formats.duration(minutes) == words
    assert formats.duration(timedelta(minutes=minutes)) == words


def test_a_span_says_the_half_of_the_day_once():
    assert formats.time_span(wall("09:00"), wall("10:55"), READING) == "9:00–10:55 AM"
    assert formats.time_span(wall("11:00"), wall("13:00"), READING) == "11:00 AM–1:00 PM"


def test_a_bare_time_of_day_is_written_as_it_is():
    assert formats.clock_time(time(14, 5), READING) == "2:05 PM"


@pytest.mark.parametrize("number, written", [
    ("+13015550142", "(301) 555-0142"), ("301-555-0142", "(301) 555-0142"), ("+442079460018", "+44 20 7946 0018"),
    ("ask at the desk", "ask at the desk"), ("", ""), (None, "")])
def test_telephones(number: str | None, written: str):
    assert formats.telephone(number, READING) == written


def test_a_telephone_link_dials_the_whole_number():
    assert formats.telephone_link("(301) 555-0142", READING) == "tel:+13015550142"
    assert formats.telephone_link("ask at the desk", READING) == ""


def test_letters_and_months_follow_the_locale():
    assert formats.weekday_letter(date(2027, 1, 7), READING) == "T"
    assert formats.weekday_letter(date(2027, 1, 7), SPANISH) == "J"
    assert formats.month_name(date(2027, 1, 1), READING) == "January 2027"
    assert formats.month_name(date(2027, 2, 1), READING) == "February"
