"""The hours in which a message may reach a patient."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from scheduler.planning.sending_hours import SendingHours

NEW_YORK = ZoneInfo("America/New_York")
HOURS = SendingHours(NEW_YORK)


def at(day: int, hour: int, minute: int = 0, month: int = 12, year: int = 2026, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=zone)


def test_eight_in_the_morning_is_allowed_and_eight_in_the_evening_is_not():
    assert HOURS.allows(at(1, 8))
    assert HOURS.allows(at(1, 19, 59))
    assert not HOURS.allows(at(1, 7, 59))
    assert not HOURS.allows(at(1, 20))


def test_the_patients_clock_counts_not_the_clinics():
    pacific = SendingHours(ZoneInfo("America/Los_Angeles"))
    assert not pacific.allows(at(1, 10))
    assert pacific.allows(at(1, 11))


def test_a_clinic_cannot_widen_the_hours():
    wide = SendingHours(NEW_YORK, time(6), time(0))
    assert not wide.allows(at(1, 7))
    assert not wide.allows(at(1, 21))
    assert SendingHours(NEW_YORK, time(9), time(17)).next_open(at(1, 17)) == at(2, 9)


def test_later_is_the_next_morning_and_earlier_the_evening_before():
    assert HOURS.next_open(at(1, 22)) == at(2, 8)
    assert HOURS.next_open(at(2, 3)) == at(2, 8)
    assert HOURS.last_open(at(2, 3)) == at(1, 19, 30)
    assert HOURS.last_open(at(1, 22)) == at(1, 19, 30)


def test_an_allowed_moment_stays():
    assert HOURS.next_open(at(1, 12)) == at(1, 12)


def test_a_patients_quiet_hours_are_left_out():
    nap = SendingHours(NEW_YORK, quiet_from=time(13), quiet_until=time(15))
    assert nap.allows(at(1, 12, 59))
    assert not nap.allows(at(1, 13))
    assert nap.next_open(at(1, 14)) == at(1, 15)
    assert nap.last_open(at(1, 14)) == at(1, 12, 30)


def test_quiet_hours_may_run_over_midnight():
    late = SendingHours(NEW_YORK, quiet_from=time(17), quiet_until=time(11))
    assert not late.allows(at(1, 10))
    assert late.allows(at(1, 11))
    assert late.next_open(at(1, 17)) == at(2, 11)


def test_quiet_hours_without_an_end_leave_nothing():
    never = SendingHours(NEW_YORK, quiet_from=time(8), quiet_until=time(20))
    assert never.next_open(at(1, 12)) is None
    assert never.last_open(at(1, 12)) is None


def test_equal_ends_are_no_quiet_hours():
    assert SendingHours(NEW_YORK, quiet_from=time(12), quiet_until=time(12)).allows(at(1, 12))


def test_eight_oclock_is_eight_oclock_in_both_clock_change_weeks():
    assert HOURS.next_open(at(31, 22, month=10)) == datetime(2026, 11, 1, 13, 0, tzinfo=UTC)
    assert HOURS.next_open(at(13, 22, month=3, year=2027)) == datetime(2027, 3, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "wall", "utc"),
    [
        ((2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ((2027, 3, 14), time(2, 30), datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_wall_time_told_twice_is_the_first_and_a_skipped_one_has_the_offset_before(day, wall, utc):
    assert HOURS.at(datetime(*day, tzinfo=UTC).date(), wall) == utc
