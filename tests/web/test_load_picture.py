"""The strip of a day's load: geometry and words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from scheduler.planning.loads import DayLoad
from scheduler.web.formats import Reading
from scheduler.web.load_picture import load_picture

FRIDAY = date(2027, 4, 2)
READING = Reading(ZoneInfo("America/New_York"), datetime(2027, 4, 2, 13, tzinfo=UTC))


def day(used: dict[range, int], offered: dict[range, int], closed: bool = False) -> DayLoad:
    """A load from minutes to units."""
    def steps(said: dict[range, int]) -> tuple[int, ...]:
        return tuple(next((units for span, units in said.items() if at * 5 in span), 0) for at in range(288))
    return DayLoad(FRIDAY, "nurse", steps(used), steps(offered), closed=closed)


BUSY = day({range(540, 570): 4, range(570, 600): 1}, {range(480, 720): 4})


def test_use_is_drawn_under_the_line_of_what_is_on_duty():
    picture = load_picture(BUSY, READING)
    assert (picture.minutes, picture.top) == (240, 4)
    assert picture.area == "M0 4V4H60V0H90V3H120V4H240V4Z"
    assert picture.line == "M0 0V0H60V0H90V0H120V0H240"


def test_where_nothing_is_left_is_marked_and_said():
    picture = load_picture(BUSY, READING)
    assert [(one.x, one.width, one.y, one.height) for one in picture.full] == [("25.000%", "12.500%", 0, 72)]
    assert picture.sentence == "At most 4 of 4 units in use, at 9:00 AM; full for 30 min."
    assert [(row.span, row.state) for row in picture.rows] == [
        ("8:00 AM–9:00 AM", "4 free"), ("9:00 AM–9:30 AM", "full"), ("9:30 AM–10:00 AM", "3 free"),
        ("10:00 AM–12:00 PM", "4 free")]


def test_hours_are_named_every_other_one_on_a_telephone_and_now_has_its_place():
    picture = load_picture(BUSY, READING)
    assert [(tick.word, tick.anchor, tick.narrow) for tick in picture.ticks] == [
        ("8 AM", "start", True), ("9 AM", "middle", False), ("10 AM", "middle", True), ("11 AM", "middle", False),
        ("12 PM", "end", True)]
    assert picture.now == "25.000%"


def test_more_than_is_on_duty_and_an_empty_day_are_said():
    sick = load_picture(day({range(540, 600): 2}, {}), READING)
    assert [row.state for row in sick.rows] == ["more than on duty"]
    assert load_picture(day({}, {range(480, 600): 4}), READING).sentence == "No nurse is needed."
    assert load_picture(day({}, {}), READING).sentence == "No nurse is needed and none is on duty."


def test_a_day_without_anybody_on_duty_says_why_instead_of_counting_none():
    visits = {range(540, 600): 5}
    assert load_picture(day(visits, {}, closed=True), READING).sentence == (
        "The clinic is closed, yet visits are booked: at most 5 units are needed, at 9:00 AM.")
    assert load_picture(day({range(540, 600): 1}, {}), READING).sentence == (
        "No nurse is on duty, yet visits are booked: at most 1 unit is needed, at 9:00 AM.")
    assert load_picture(day({}, {}, closed=True), READING).sentence == "The clinic is closed."
    assert load_picture(day(visits, {range(660, 720): 4}), READING).sentence == (
        "At most 5 in use, at 9:00 AM, when no nurse is on duty.")
    kept = load_picture(day({range(540, 600): 1}, {range(480, 720): 4}, closed=True), READING)
    assert kept.sentence == "At most 1 of 4 units in use, at 9:00 AM.", "somebody has hours of their own"
