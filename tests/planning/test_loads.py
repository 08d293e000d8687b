"""A day's load, reckoned by hand."""

from __future__ import annotations

from datetime import date, datetime

from scheduler.planning.loads import DayLoad, Stretch, check_ins_that_meet, day_load
from scheduler.planning.occupation import Phase
from scheduler.planning.scenario import Booking, Clinic, Resource, VisitType

FRIDAY = date(2027, 4, 2)
EIGHT_TO_SIX = (((480, 1080),),) * 5 + ((), ())
CLINIC = Clinic("America/New_York", 5, EIGHT_TO_SIX)
INFUSION = VisitType("infusion", (
    Phase(15, {"chair": 1, "nurse": 2}), Phase(40, {"chair": 1, "nurse": 2}), Phase(60, {"chair": 1, "nurse": 1}),
    Phase(10, {"chair": 1}, patient=False)))
THERAPY = VisitType("therapy", (Phase(50, {"therapist": 1}),))
TYPES = {"infusion": INFUSION, "therapy": THERAPY}
KIM = Resource("kim", "nurse", 4)


def infusion(hour: int, minute: int = 0, day: int = 2) -> Booking:
    return Booking("p", "infusion", datetime(2027, 4, day, hour, minute), {"chair": "c", "nurse": "kim"})


def load_of(*bookings: Booking, resources: tuple[Resource, ...] = (KIM,), clinic: Clinic = CLINIC,
            kind: str = "nurse") -> DayLoad:
    return day_load(clinic, resources, TYPES, bookings, FRIDAY, kind)


def test_a_visit_takes_what_each_of_its_phases_needs():
    assert load_of(infusion(9)).stretches == (
        Stretch(480, 540, 0, 4), Stretch(540, 595, 2, 4), Stretch(595, 655, 1, 4), Stretch(655, 1080, 0, 4))
    assert load_of(infusion(9), kind="chair").used[108:133] == (1,) * 25
    assert load_of(infusion(9), kind="chair").used[133] == 0


def test_two_check_ins_at_once_fill_one_nurse():
    load = load_of(infusion(9), infusion(9, 30))
    assert (load.peak, load.peak_at, load.most_offered, load.full_minutes) == (4, 570, 4, 25)
    assert [(one.begins, one.ends) for one in load.stretches if one.full] == [(570, 595)]
    assert not any(one.over for one in load.stretches)


def test_hours_and_time_off_take_away_from_what_is_offered():
    noor = Resource("noor", "nurse", 2, hours=((),) * 4 + (((420, 720),),) + ((), ()))
    kim = Resource("kim", "nurse", 4, away=((datetime(2027, 4, 1, 12), datetime(2027, 4, 2, 9)),))
    assert [(one.begins, one.ends, one.offered) for one in load_of(resources=(kim, noor)).stretches] == [
        (420, 540, 2), (540, 720, 6), (720, 1080, 4)]


def test_more_than_is_on_duty_is_said():
    sick = Resource("kim", "nurse", 4, away=((datetime(2027, 4, 2), datetime(2027, 4, 3)),))
    load = load_of(infusion(9), resources=(sick,))
    assert [(one.begins, one.ends, one.over) for one in load.stretches] == [(540, 595, True), (595, 655, True),
                                                                            (655, 660, False)]


def test_a_step_in_which_something_changes_counts_the_most_in_use_and_the_least_on_duty():
    late = Resource("kim", "nurse", 4, hours=((),) * 4 + (((542, 720),),) + ((), ()))
    load = load_of(infusion(8, 58), resources=(late,))
    assert load.used[106:109] == (0, 2, 2)
    assert load.offered[107:110] == (0, 0, 4)


def test_another_kind_another_day_and_another_nurse_do_not_count():
    therapy = Booking("q", "therapy", datetime(2027, 4, 2, 9), {"therapist": "lee"})
    load = load_of(infusion(9, day=1), therapy, resources=(KIM, Resource("lee", "therapist", 3)))
    assert (load.peak, load.most_offered) == (0, 4)


def test_what_began_the_evening_before_counts_from_midnight():
    load = load_of(infusion(23, 30, day=1))
    assert (load.used[:6], load.used[16], load.used[17]) == ((2, 2, 2, 2, 2, 1), 1, 0)


def test_on_a_closed_day_nobody_is_on_duty():
    shut = Clinic("America/New_York", 5, EIGHT_TO_SIX, frozenset({FRIDAY}))
    load = load_of(clinic=shut)
    assert load.idle and load.most_offered == 0
    assert not load_of().idle


def test_starts_that_meet_another_check_in_are_counted_once():
    nine = datetime(2027, 4, 2, 9)
    assert check_ins_that_meet([(nine, 15), (nine, 15), (nine.replace(minute=10), 15), (nine.replace(minute=25), 15),
                                (nine.replace(minute=40), 15)]) == 2
    assert check_ins_that_meet([]) == 0


def test_a_day_knows_whether_the_clinic_is_shut_by_its_week_or_by_a_closure():
    sunday = date(2027, 4, 4)
    assert not load_of(infusion(9)).closed
    assert load_of(clinic=Clinic("America/New_York", 5, EIGHT_TO_SIX, frozenset({FRIDAY}))).closed
    assert day_load(CLINIC, (KIM,), TYPES, (), sunday, "nurse").closed
