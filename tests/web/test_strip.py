"""Where the marks of a course strip stand; every expected place is worked out by hand (a day is 28 wide)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.web.strip import CourseStrip, StripMark, StripWindow, mark_status
from scheduler.web.strip_boxes import boxes
from scheduler.web.strip_layout import draw
from scheduler.web.strip_parts import hatch

MONDAY = date(2027, 1, 4)


def on(day: int) -> date:
    return MONDAY + timedelta(days=day)


def infusion(number: int, day: int, status: str = "booked", **more) -> StripMark:
    return StripMark("infusion", status, on(day), f"Infusion {number} of 6", time(9), number=number, **more)


def therapy(day: int, hangs_from: int, status: str = "booked", **more) -> StripMark:
    return StripMark("therapy", status, on(day), "Session", time(14), hangs_from=hangs_from, **more)


def course(*marks: StripMark, **more) -> CourseStrip:
    return CourseStrip("A course", marks, **more)


def test_a_mark_stands_in_the_middle_of_its_day():
    part, = draw(course(infusion(1, 0), infusion(2, 3))).parts
    assert [(one.mark.number, one.x) for one in part.marks] == [(1, 14), (2, 98)]


def test_the_line_runs_from_the_first_to_the_last_infusion_over_the_weeks():
    first, second = draw(course(infusion(1, 3), infusion(2, 8))).parts
    assert (first.line.x1, first.line.x2) == (98, 196)
    assert (second.line.x1, second.line.x2) == (0, 42)


def test_whole_weeks_are_drawn_and_begin_on_the_clinic_s_first_weekday():
    assert [(box.first, box.last) for box in boxes(course(infusion(1, 2)))] == [(on(0), on(6))]
    sunday_first = boxes(course(infusion(1, 2), first_weekday=6))
    assert [(box.first, box.last) for box in sunday_first] == [(on(-1), on(5))]


def test_weekends_closures_and_today_are_marked_on_their_days():
    cells = boxes(course(infusion(1, 0), today=on(1), closed={on(2): "Holiday"}))[0].cells
    assert [cell.weekend for cell in cells] == [False] * 5 + [True] * 2
    assert [cell.closed for cell in cells] == ["", "", "Holiday", "", "", "", ""]
    assert [cell.on for cell in cells if cell.today] == [on(1)]


def test_two_empty_weeks_are_folded_but_one_is_drawn():
    assert [box.folded for box in boxes(course(infusion(1, 0), infusion(2, 14)))] == [0, 0, 0]
    assert [box.folded for box in boxes(course(infusion(1, 0), infusion(2, 28)))] == [0, 3, 0]


def test_a_folded_gap_carries_its_days_in_the_break():
    first, middle, last = draw(course(infusion(1, 0), infusion(2, 28))).parts
    assert [(gap.x, gap.days) for gap in middle.gaps] == [(30, 28)]
    assert first.gaps == last.gaps == ()


def test_today_is_left_out_where_the_course_is_far_away():
    far = boxes(course(infusion(1, 0), today=on(-30)))
    near = boxes(course(infusion(1, 0), today=on(-3)))
    assert [box.first for box in far] == [on(0)]
    assert [box.first for box in near] == [on(-7), on(0)]


def test_a_gap_is_written_in_the_middle_of_its_free_days():
    part, = draw(course(infusion(1, 0), infusion(2, 3))).parts
    assert [(gap.x, gap.days) for gap in part.gaps] == [(56, 3)]


def test_neighbouring_days_have_no_room_for_their_gap():
    part, = draw(course(infusion(1, 0), infusion(2, 1))).parts
    assert part.gaps == ()
    assert part.marks[1].gap == 1


def test_a_missed_infusion_does_not_break_the_gap_of_those_that_stand():
    strip = course(infusion(1, 0), infusion(2, 2, "missed"), infusion(2, 4))
    assert [(gap.since.number, gap.mark.on, gap.days) for gap in strip.gaps] == [(1, on(4), 4)]


def test_a_session_hangs_below_its_infusion():
    part, = draw(course(infusion(1, 0), therapy(0, 1))).parts
    circle, square = part.marks
    assert circle.x == square.x == 14
    assert square.y > circle.y + 11
    assert all(stem.x1 == stem.x2 == 14 for stem in part.stems)
    assert (part.stems[0].y1, part.stems[-1].y2) == (circle.y + 11, square.y - 7)


def test_a_stem_over_the_weekend_goes_on_in_the_next_week():
    first, second = draw(course(infusion(1, 4), therapy(7, 1))).parts
    assert [(stem.x1, stem.x2) for stem in first.stems if stem.x1 != stem.x2] == [(126, 196)]
    assert [(stem.x1, stem.x2) for stem in second.stems if stem.x1 != stem.x2] == [(0, 14)]


def test_a_session_hangs_from_the_infusion_that_stands_not_from_the_missed_one():
    part, = draw(course(infusion(1, 0, "missed"), infusion(1, 2), therapy(3, 1))).parts
    assert [(stem.x1, stem.x2) for stem in part.stems if stem.x1 != stem.x2] == [(70, 98)]


def test_a_session_whose_infusion_is_not_there_has_no_stem():
    part, = draw(course(infusion(1, 0), therapy(3, 2))).parts
    assert part.stems == ()


def test_several_visits_on_one_day_stand_under_one_another():
    part, = draw(course(infusion(1, 0), infusion(2, 0), therapy(1, 1), therapy(1, 1), infusion(3, 1))).parts
    places = {(one.x, one.y) for one in part.marks}
    assert len(places) == 5
    assert len({one.y for one in part.marks if one.mark.kind == "infusion" and one.x == 14}) == 2
    assert len({one.y for one in part.marks if one.mark.kind == "therapy"}) == 2


def test_a_moved_visit_leaves_a_ghost_and_an_arrow_that_ends_at_its_new_place():
    part, = draw(course(infusion(1, 4, was_on=on(1)))).parts
    ghost, arrow, mark = part.ghosts[0], part.arrows[0], part.marks[0]
    assert (ghost.x, mark.x) == (42, 126)
    assert ghost.y < mark.y
    assert ghost.x < arrow.x1 < arrow.x2 < mark.x
    assert arrow.begins and arrow.ends


def test_an_arrow_into_the_next_week_has_its_head_there_alone():
    first, second = draw(course(infusion(1, 8, was_on=on(4)))).parts
    assert (first.arrows[0].begins, first.arrows[0].ends) == (True, False)
    assert (second.arrows[0].begins, second.arrows[0].ends) == (False, True)
    assert first.arrows[0].y2 == second.arrows[0].y1


def test_a_visit_that_only_changed_its_hour_has_no_arrow():
    part, = draw(course(infusion(1, 4, was_on=on(4)))).parts
    assert part.ghosts == part.arrows == ()


def test_a_bracket_spans_its_days_and_stays_open_at_the_end_of_a_week():
    window = StripWindow(on(5), on(8), "Infusion 2")
    first, second = draw(course(infusion(1, 0), infusion(2, 7), windows=(window,))).parts
    assert [(one.x1, one.x2, one.begins, one.ends) for one in first.brackets] == [(143, 196, True, False)]
    assert [(one.x1, one.x2, one.begins, one.ends) for one in second.brackets] == [(0, 53, False, True)]


def test_windows_that_overlap_stand_above_one_another():
    windows = (StripWindow(on(0), on(2), "a"), StripWindow(on(2), on(4), "b"), StripWindow(on(5), on(6), "c"))
    heights = {one.label: one.y1 for one in draw(course(infusion(1, 0), windows=windows)).parts[0].brackets}
    assert heights["a"] == heights["c"] < heights["b"]


def test_only_the_first_of_a_month_and_the_first_week_name_the_month():
    parts = draw(course(infusion(1, 0), infusion(2, 25), infusion(3, 28))).parts
    assert [[cell.on for cell in part.months] for part in parts if part.months] == [[on(0)], [date(2027, 2, 1)]]


def test_everything_stays_within_the_strip():
    marks = tuple(infusion(n, 3 * n, was_on=on(3 * n - 1)) for n in range(1, 9))
    drawing = draw(course(*marks, therapy(5, 1, was_on=on(4)), windows=(StripWindow(on(4), on(6), "w", "therapy"),)))
    for part in drawing.parts:
        for placed in (*part.marks, *part.ghosts):
            assert 0 <= placed.x <= part.box.width
            assert 46 <= placed.y <= drawing.height - 6


def test_an_empty_course_has_no_days():
    assert draw(course()).parts == ()


def test_a_hatch_never_leaves_its_day():
    numbers = [float(n) for n in hatch(28, 46, 28, 60).replace("M", " ").split()]
    assert set(numbers[::2]) and all(28 <= x <= 56 for x in numbers[::2])
    assert all(46 <= y <= 106 for y in numbers[1::2])


def test_the_sentence_counts_what_stands():
    strip = course(infusion(1, 0, "given"), infusion(2, 2, "missed"), infusion(2, 4), therapy(5, 2))
    assert strip.described == "2 infusions, 1 of them given; 1 therapy session; 1 cancelled or missed."


def test_every_status_of_an_appointment_is_drawn():
    assert {status: mark_status(status) for status in AppointmentStatus} == {
        "held": "held", "booked": "booked", "arrived": "arrived", "in_progress": "arrived", "fulfilled": "given",
        "cancelled": "cancelled", "no_show": "missed"}


def test_an_unknown_status_is_refused():
    with pytest.raises(ValueError, match="'maybe'"):
        infusion(1, 0, "maybe")
