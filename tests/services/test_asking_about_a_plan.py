"""A plan of the rest that no rule allows: the desk asks, a clinician says yes and why, and the series shows it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduler.database import Database
from scheduler.planning.words import QuestionState, Role
from scheduler.queries.overrides import overrides_of_series
from scheduler.queries.questions import open_questions
from scheduler.services.changing.apply_replan import ApplyReplan, apply_replan
from scheduler.services.changing.ask_clinician import AskAboutPlan, ask_about_plan
from scheduler.services.changing.pause import PauseSeries, ResumeSeries, pause_series, resume_series
from scheduler.services.changing.questions import Answer, answer_question
from scheduler.services.changing.replan import NoReplan, ReplanPreview, preview_replan
from scheduler.services.changing.replan_rules import rules_beyond
from scheduler.services.refusal import Refused
from tests.services.test_pause_and_set_aside import Book

BACK_ON = date(2027, 4, 15)


@pytest.fixture
def late(database: Database) -> tuple[Book, AskAboutPlan, object]:
    """Two infusions given, then ten days away: the third can no longer keep its distance from the second."""
    course = Book(database)
    course.give(1, 2)
    now = course.rows()[3].starts_at - timedelta(hours=20)
    course.do(pause_series, PauseSeries(course.series_id, "away"), now=now)
    course.do(resume_series, ResumeSeries(course.series_id, BACK_ON, "back"), now=now)
    found = course.preview(now=now)
    assert isinstance(found, NoReplan)
    way = next(way.command for way in found.ways_out if way.command.beyond)
    shown = preview(course, way, now)
    return course, AskAboutPlan(way, shown.plan.places, shown.fingerprint, "came back"), now


def preview(course: Book, command, now) -> ReplanPreview:
    with course.database.reading() as session:
        found = preview_replan(session, command, by=course.kit.viewer(), now=now)
        assert isinstance(found, ReplanPreview)
        broken = rules_beyond(session, found, by=course.kit.viewer(), now=now)
    assert len(broken) == 1 and "after infusion 2" in broken[0].sentence
    return found


def asked(course: Book):
    with course.database.reading() as session:
        return open_questions(session, course.kit.clinic_id)


def test_a_yes_places_the_whole_plan_at_the_time_that_was_asked_for(late) -> None:
    course, ask, now = late
    done = course.do(ask_about_plan, ask, Role.FRONT_DESK, now)
    question, = asked(course)
    assert question.visit.id == done.appointment_id == course.ids[3] and not question.overtaken
    assert question.asked.wall_start.date() == BACK_ON and "after infusion 2" in question.asked.rules[0]
    assert course.claims(course.ids[3]) == 0
    refused = course.do(answer_question, Answer(done.question_id, True), now=now)
    assert isinstance(refused, Refused) and "reason" in refused.sentence
    said = course.do(answer_question, Answer(done.question_id, True, "a pause does no harm"), now=now)
    assert said.state == QuestionState.YES and said.change_id
    rows = course.rows()
    assert rows[3].wall_start == question.asked.wall_start and all(course.claims(row.id) for row in rows[3:])
    with course.database.reading() as session:
        kept = overrides_of_series(session, course.kit.clinic_id, course.series_id)
    assert [one.reason for one in kept] == ["a pause does no harm"]


def test_a_no_places_nothing(late) -> None:
    course, ask, now = late
    done = course.do(ask_about_plan, ask, Role.FRONT_DESK, now)
    said = course.do(answer_question, Answer(done.question_id, False, "see me first"), now=now)
    assert said.state == QuestionState.NO and said.change_id is None
    assert not any(course.claims(row.id) for row in course.rows()[3:]) and asked(course) == ()


def test_it_is_asked_once_and_only_where_a_rule_stands_against_it(late) -> None:
    course, ask, now = late
    keeps = AskAboutPlan(type(ask.command)(course.series_id), ask.places, ask.fingerprint)
    assert "keeps every rule" in course.do(ask_about_plan, keeps, Role.FRONT_DESK, now).sentence
    stale = AskAboutPlan(ask.command, ask.places, "another")
    assert "has changed" in course.do(ask_about_plan, stale, Role.FRONT_DESK, now).sentence
    assert asked(course) == ()
    course.do(ask_about_plan, ask, Role.FRONT_DESK, now)
    assert "already" in course.do(ask_about_plan, ask, Role.FRONT_DESK, now).sentence
    assert len(asked(course)) == 1


def test_what_was_placed_meanwhile_overtakes_the_question(late) -> None:
    course, ask, now = late
    done = course.do(ask_about_plan, ask, Role.FRONT_DESK, now)
    apply = ApplyReplan(ask.command, ask.places, ask.fingerprint, "I decided myself")
    assert not isinstance(course.do(apply_replan, apply, now=now), Refused)
    question, = asked(course)
    assert question.overtaken
    refused = course.do(answer_question, Answer(done.question_id, True, "fine"), now=now)
    assert isinstance(refused, Refused) and "changed this visit" in refused.sentence
