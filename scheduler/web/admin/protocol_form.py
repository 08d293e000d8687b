"""The form in which a clinic decides what a published schedule leaves open. An empty number is undecided; 0 is not."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from scheduler.planning.protocols import (
    CourseStart,
    Integration,
    Preparation,
    ProtocolSettings,
    ResponseGate,
    TherapyCourse,
    VisitTypes,
)
from scheduler.web.options import options

OWN = "own"
"""The rule of a pairing that the clinic has set without an example."""
STARTS = [(start.value, start.value.capitalize()) for start in CourseStart]


class Undecided(Optional):
    """May stay empty; the label does not call it optional, because what it decides is not."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}


def _number(label: str, help_: str = "") -> IntegerField:
    return IntegerField(label, description=help_, validators=[Undecided(), NumberRange(0, 2000, "0 to 2,000.")])


def _infusions(text: str) -> tuple[int, ...] | None:
    numbers = re.findall(r"\d+", text)
    return tuple(int(number) for number in numbers) or None


class ProtocolForm(FlaskForm):
    """What the clinic decides; field names are the places in the settings, with "_" for "."."""

    name = StringField("Your name for it", validators=[InputRequired("Give it a name."), Length(max=120)])
    visit_types_infusion = SelectField("Visit of an infusion")
    minus_days = _number("Days early", "How many days before its published day an infusion may lie.")
    plus_days = _number("Days late", "How many days after its published day an infusion may lie.")
    observation_minutes = _number("Observation, minutes", "How long a patient is observed after an infusion.")
    fewest = _number("Fewest infusions", "Empty: as published.")
    most = _number("Most infusions", "Empty: as published.")
    preparation_count = _number("Sessions before the first infusion", "0 is an answer.")
    visit_types_preparation = SelectField("Visit of a preparation session")
    preparation_lead_min_days = _number("Last one, days before at least")
    preparation_lead_max_days = _number("First one, days before at most")
    preparation_apart_min_days = _number("Days between two of them, at least")
    integration_use = BooleanField("Sessions after infusions")
    visit_types_integration = SelectField("Visit of such a session")
    integration_after = StringField("After infusions", description="Such as 1, 2, 4. Empty: after every one.")
    integration_opens_hours = _number("Hours after the infusion's end, at least")
    integration_closes_hours = _number("Hours after the infusion's end, at most")
    course_use = BooleanField("A course of sessions beside or after the infusions")
    visit_types_course = SelectField("Visit of a session of the course")
    course_sessions = _number("Sessions")
    course_weeks = _number("Weeks")
    course_start = SelectField("Counted from", choices=options(STARTS))
    course_first_min_days = _number("First session, days after that, at least")
    course_first_max_days = _number("First session, days after that, at most")
    course_apart_min_days = _number("Days between two sessions, at least")
    course_apart_max_days = _number("Days between two sessions, at most")
    course_apart_target_days = _number("Days between two sessions, best", "Empty: no matter.")
    gate_use = BooleanField("Wait for a clinician’s decision")
    gate_after = StringField("After infusions", description="Such as 3. Visits behind are held until it is decided.")
    gate_decide_hours = _number("Release them, hours before the first", "Empty: never by themselves.")
    gate_warn_hours = _number("Warn, hours before that", "Empty: no warning.")
    same_therapist = BooleanField("One therapist for the whole series")
    note = TextAreaField("Note", validators=[Length(max=1000)], description="For the staff.")

    def validate_integration_after(self, field: StringField) -> None:
        """Numbers alone."""
        if re.sub(r"[\d,;\s]|and", "", field.data or ""):
            raise ValidationError("Write the numbers of infusions, such as 1, 2, 4.")

    def validate_gate_after(self, field: StringField) -> None:
        """Numbers, and at least one where there is to be a decision."""
        self.validate_integration_after(field)
        if self.gate_use.data and not _infusions(field.data or ""):
            raise ValidationError("Name the infusion after which it waits, such as 3.")

    def validate_course_weeks(self, field: IntegerField) -> None:
        """A course has a size."""
        if self.course_use.data and (not field.data or not self.course_sessions.data):
            raise ValidationError("Give sessions and weeks of the course.")

    def to_settings(self, before: ProtocolSettings) -> ProtocolSettings:
        """What was decided; the names of the rules that parts were copied from are kept from `before`."""
        kept_integration = before.integration.rule if before.integration else OWN
        kept_course = before.course.rule if before.course else OWN
        return ProtocolSettings(
            minus_days=self.minus_days.data, plus_days=self.plus_days.data,
            observation_minutes=self.observation_minutes.data, fewest=self.fewest.data, most=self.most.data,
            visit_types=VisitTypes(*(self[f"visit_types_{part}"].data or None for part in (
                "infusion", "preparation", "integration", "course"))),
            preparation=Preparation(
                self.preparation_count.data, self.preparation_lead_min_days.data, self.preparation_lead_max_days.data,
                self.preparation_apart_min_days.data),
            integration=Integration(
                kept_integration, _infusions(self.integration_after.data or ""), self.integration_opens_hours.data,
                self.integration_closes_hours.data) if self.integration_use.data else None,
            course=self._course(kept_course) if self.course_use.data else None,
            gate=ResponseGate(_infusions(self.gate_after.data or "") or (), self.gate_decide_hours.data,
                              self.gate_warn_hours.data) if self.gate_use.data else None,
            same_therapist=self.same_therapist.data, note=(self.note.data or "").strip())

    def _course(self, rule: str) -> TherapyCourse:
        return TherapyCourse(
            rule, self.course_sessions.data or 0, self.course_weeks.data or 0, CourseStart(self.course_start.data),
            self.course_first_min_days.data, self.course_first_max_days.data, self.course_apart_min_days.data,
            self.course_apart_max_days.data, self.course_apart_target_days.data)


def data_of(name: str, settings: ProtocolSettings) -> dict[str, Any]:
    """Settings as the form's own data."""
    data: dict[str, Any] = {each: getattr(settings, each) for each in (
        "minus_days", "plus_days", "observation_minutes", "fewest", "most", "same_therapist", "note")}
    for part in ("visit_types", "preparation", "integration", "course", "gate"):
        chosen = getattr(settings, part)
        data.update({f"{part}_{each}": value for each, value in vars(chosen).items()} if chosen else {})
    after = settings.integration.after if settings.integration else None
    data["integration_after"] = ", ".join(map(str, after or ()))
    data["gate_after"] = ", ".join(map(str, settings.gate.after if settings.gate else ()))
    data["course_start"] = settings.course.start.value if settings.course else CourseStart.WITH_FIRST.value
    return {**data, "name": name, "integration_use": settings.integration is not None,
            "course_use": settings.course is not None, "gate_use": settings.gate is not None}
