"""Planning for the desk: offers, refusals, and ways out that work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from models import Appointment, Clinic, Closure, Hold, Resource, ResourceHours
from scheduler.database import Database
from scheduler.services.booking.book_series import BookedSeries, BookHeld, BookPlan, book_held, book_plan
from scheduler.services.booking.hold_plan import Held, HoldPlan, hold_plan
from scheduler.services.booking.legal_times import LegalTimes, legal_times
from scheduler.services.booking.offers import ByHand, NoPlan, PlanOffer, PlanSeries, places_from_text
from scheduler.services.booking.plan_series import TOO_LONG, plan_series
from scheduler.services.booking.wishes import Away, Wishes
from scheduler.services.clean_book import booking
from scheduler.services.conflicts import MoreThanOrdered, SeriesRunning, WishesContradict
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, Kit
from tests.services.series_kit import MONDAY, SETTINGS, Course, book, build_course, build_protocol

SOFT = Wishes(MONDAY, 6, weekdays=(0, 2, 4), from_time=time(9), to_time=time(12))


def plan(database: Database, course: Course, wishes: Wishes = SOFT, **changes) -> PlanOffer | NoPlan | Refused:
    with database.reading() as session:
        return plan_series(session, course.plan(wishes=wishes, **changes), by=course.kit.viewer(), now=NOW)


def test_the_best_plan_keeps_the_published_days_and_the_times_that_suit(database: Database, kit: Kit) -> None:
    offer = plan(database, build_course(database, kit), replace(SOFT, earliest_on=NOW.date()))
    best = offer.plans[0]
    assert (best.name, best.optimal) == ("best", True)
    assert [visit.step for visit in best.visits] == ["prep-1", *(f"inf-{n}" for n in range(1, 7))]
    starts = [visit.wall_start for visit in best.visits]
    assert (starts[0].date(), starts[1].date()) == (NOW.date(), MONDAY)
    assert all(visit.suits for visit in best.visits)
    days = [(b.date() - a.date()).days for a, b in zip(starts[1:], starts[2:], strict=False)]
    assert days == [2, 2, 3, 2, 2]
    assert [visit.infusion_number for visit in best.visits] == [None, 1, 2, 3, 4, 5, 6]
    assert best.visits[1].resource("chair").name.startswith("chair-")
    assert sum(part.cost for part in best.cost_parts) == best.cost
    assert offer.command.wishes.latest_on == NOW.date() + timedelta(days=90)
    for other in offer.plans[1:]:
        assert other.optimal and other.cost >= best.cost and other.gives_up


def test_what_is_offered_can_be_held_and_booked(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    offer = plan(database, course)
    places = places_from_text(offer.plans[0].to_text())
    command = PlanSeries.from_text(offer.command.to_text())
    assert command == offer.command
    with booking(database, now=NOW) as session:
        held = hold_plan(session, HoldPlan(command, places), by=kit.viewer(), now=NOW)
    assert isinstance(held, Held)
    with booking(database, now=NOW) as session:
        booked = book_held(session, BookHeld(held.hold_id, "key"), by=kit.viewer(), now=NOW)
    assert isinstance(booked, BookedSeries) and len(booked.appointment_ids) == 7


def test_an_alternative_may_use_the_times_of_the_hold_it_replaces(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        for name in ("chair-2", "chair-3"):
            session.get(Resource, kit.resources[name]).active = False
    course = build_course(database, kit)
    first = plan(database, course)
    with booking(database, now=NOW) as session:
        held = hold_plan(session, HoldPlan(first.command, first.plans[0].places), by=kit.viewer(), now=NOW)
    again = plan(database, course, instead_of=held.hold_id)
    assert again.plans[0].places == first.plans[0].places
    with booking(database, now=NOW) as session:
        swapped = hold_plan(session, HoldPlan(again.command, again.plans[0].places), by=kit.viewer(), now=NOW)
    assert isinstance(swapped, Held)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Hold)) == 1


def test_what_others_have_booked_is_planned_around(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    offer = plan(database, first)
    with booking(database, now=NOW) as session:
        book_plan(session, BookPlan(offer.command, offer.plans[0].places, "one"), by=kit.viewer(), now=NOW)
    second = build_course(database, kit, protocol_id=first.protocol_id, family="Other")
    other = plan(database, second)
    with booking(database, now=NOW) as session:
        booked = book_plan(session, BookPlan(other.command, other.plans[0].places, "two"), by=kit.viewer(), now=NOW)
    assert isinstance(booked, BookedSeries)


def test_a_visit_set_by_hand_stays_and_the_rest_is_planned_around_it(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    wanted = datetime.combine(MONDAY + timedelta(days=8), time(14, 30))
    offer = plan(database, course, by_hand=(ByHand("inf-3", wanted),))
    visits = {visit.step: visit for visit in offer.plans[0].visits}
    assert (visits["inf-3"].wall_start, visits["inf-3"].by_hand) == (wanted, True)
    gap = (wanted.date() - visits["inf-2"].wall_start.date()).days
    assert 1 <= gap <= 4


def test_hard_wishes_are_kept(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    away = Away(datetime.combine(MONDAY, time(8)), datetime.combine(MONDAY + timedelta(days=1), time(12)))
    therapist = kit.resources["th-2"]
    wishes = replace(SOFT, not_weekdays=(2,), away=(away,), therapist_id=therapist)
    visits = plan(database, course, wishes).plans[0].visits
    assert all(visit.wall_start.weekday() != 2 for visit in visits)
    assert visits[0].wall_start >= away.ends
    assert visits[0].resource("therapist").id == therapist


def test_nothing_is_planned_before_now_or_on_closed_days(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.writing() as session:
        session.add(Closure(clinic_id=kit.clinic_id, starts_on=MONDAY, last_on=MONDAY + timedelta(days=1)))
    visits = plan(database, course, Wishes(date(2027, 3, 1), 6)).plans[0].visits
    assert visits[0].starts_at > NOW
    assert not {visit.wall_start.date() for visit in visits} & {MONDAY, MONDAY + timedelta(days=1)}


def test_nothing_fits_says_which_visit_and_how_to_get_out(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    answer = plan(database, course, replace(SOFT, latest_on=MONDAY + timedelta(days=6)))
    assert isinstance(answer, NoPlan)
    assert answer.step in {f"inf-{n}" for n in range(3, 7)}
    assert answer.sentence.startswith("There is no time for infusion ")
    assert 1 <= len(answer.ways_out) <= 2
    for way in answer.ways_out:
        again = plan(database, course, way.command.wishes, by_hand=way.command.by_hand)
        assert isinstance(again, PlanOffer)


def test_a_therapist_who_is_never_there_is_the_reason(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.writing() as session:
        session.get(Resource, kit.resources["th-2"]).own_hours = True
    answer = plan(database, course, replace(SOFT, therapist_id=kit.resources["th-2"]))
    assert answer.sentence == "There is no time for preparation: the therapist who was asked for has none."
    assert [way.sentence for way in answer.ways_out][0] == "Let another therapist than th-2 do it."


def test_two_therapists_who_share_the_week_are_a_way_out(database: Database, kit: Kit) -> None:
    """One works on Mondays, the other on Tuesdays; two sessions a day apart need both."""
    preparation = replace(SETTINGS.preparation, count=2, apart_min_days=1, lead_max_days=3)
    with database.writing() as session:
        protocol_id = build_protocol(session, kit, replace(SETTINGS, preparation=preparation))
        for name, day in (("th-1", 0), ("th-2", 1)):
            session.get(Resource, kit.resources[name]).own_hours = True
            session.add(ResourceHours(clinic_id=kit.clinic_id, resource_id=kit.resources[name], weekday=day,
                                      opens=time(8), closes=time(18)))
    answer = plan(database, build_course(database, kit, protocol_id=protocol_id))
    assert isinstance(answer, NoPlan)
    assert [way.sentence for way in answer.ways_out] == ["Let the therapist change in the series."]
    command = answer.ways_out[0].command
    with database.reading() as session:
        offer = plan_series(session, command, by=kit.viewer(), now=NOW)
    assert {visit.resource("therapist").name for visit in offer.plans[0].visits[:2]} == {"th-1", "th-2"}
    with booking(database, now=NOW) as session:
        held = hold_plan(session, HoldPlan(offer.command, offer.plans[0].places), by=kit.viewer(), now=NOW)
    assert isinstance(held, Held)


def test_a_series_that_runs_is_a_warning(database: Database, kit: Kit) -> None:
    course = build_course(database, kit, ordered=12)
    booked = book(database, course)
    (warning,) = plan(database, course, replace(SOFT, earliest_on=MONDAY + timedelta(days=28))).warnings
    assert warning == SeriesRunning(booked.series_id, MONDAY, MONDAY + timedelta(days=14))


def test_more_than_ordered_and_contradictions_are_refused_before_planning(database: Database, kit: Kit) -> None:
    course = build_course(database, kit, ordered=5)
    assert plan(database, course).conflicts == (MoreThanOrdered(course.order_id, 5, 0, 6),)
    refused = plan(database, course, replace(SOFT, latest_on=MONDAY - timedelta(days=1)))
    assert {type(one) for one in refused.conflicts} == {WishesContradict}


def test_a_therapist_of_another_clinic_is_not_found(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.reading() as session:
        stranger = session.scalar(select(Resource.id).where(Resource.clinic_id != kit.clinic_id))
    assert isinstance(plan(database, course, replace(SOFT, therapist_id=stranger)), NotFound)


def test_a_clinic_may_write_weights_that_mean_nothing(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.writing() as session:
        session.get(Clinic, kit.clinic_id).weights = {"unplanned": 100000, "finish_day": 1, "odd": 3}
    assert isinstance(plan(database, course), PlanOffer)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Appointment)) == 0


def test_a_search_that_takes_too_long_says_so(
        database: Database, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.services.booking.plan_series.SECONDS", -1.0)
    answer = plan(database, build_course(database, kit))
    assert (answer.sentence, answer.ways_out) == (TOO_LONG, ())


def test_the_times_for_a_visit_set_by_hand_are_those_that_can_be_planned(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    day = MONDAY + timedelta(days=8)
    with database.reading() as session:
        command = LegalTimes(course.plan(wishes=SOFT), "inf-3", day, day)
        times = legal_times(session, command, by=kit.viewer(), now=NOW)
        assert isinstance(legal_times(session, replace(command, step="x"), by=kit.viewer(), now=NOW), NotFound)
    assert [times[0].wall_start, times[-1].wall_start] == [
        datetime.combine(day, time(8)), datetime.combine(day, time(15, 55))]
    assert len(times) == 96
    offer = plan(database, course, by_hand=(ByHand("inf-3", times[-1].wall_start),))
    assert isinstance(offer, PlanOffer)


def test_where_no_single_change_makes_room_several_are_given_up_together(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    answer = plan(database, course, Wishes(MONDAY, 6, not_weekdays=(0, 1, 3, 4)))
    assert isinstance(answer, NoPlan)
    assert [way.sentence for way in answer.ways_out] == ["Come on every weekday."]
    assert isinstance(plan(database, course, answer.ways_out[0].command.wishes), PlanOffer)


def test_nobody_is_asked_to_begin_before_today(database: Database, kit: Kit) -> None:
    wishes = Wishes(NOW.date() + timedelta(days=3), 6, latest_on=NOW.date() + timedelta(days=9))
    answer = plan(database, build_course(database, kit), wishes)
    assert isinstance(answer, NoPlan)
    assert all(way.command.wishes.earliest_on >= NOW.date() for way in answer.ways_out)
