"""What the gallery shows: a form of every field, and course strips in every state. Nobody in it exists."""

from __future__ import annotations

from datetime import date, time, timedelta

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.planning.loads import DayLoad
from scheduler.web.options import options
from scheduler.web.strip import CourseStrip, StripMark, StripWindow

CHANNELS = [("email", "Email"), ("text", "Text message")]
DAYS = [("mon", "Mon"), ("tue", "Tue"), ("wed", "Wed"), ("thu", "Thu"), ("fri", "Fri")]
MONDAY = date(2027, 1, 4)
HOLIDAY = {date(2027, 1, 18): "Martin Luther King Jr. Day"}


class SampleForm(FlaskForm):
    """One field of each kind."""

    family_name = StringField("Family name", [InputRequired("Enter the family name.")])
    born_on = DateField("Date of birth", [InputRequired("Enter the date of birth.")])
    infusions = IntegerField("Number of infusions ordered", [InputRequired("Enter a number from 1 to 24.")])
    earliest = TimeField("Not before", [Optional()])
    therapist = SelectField("Therapist", choices=options([("", "Any"), ("1", "L. Ortiz"), ("2", "B. Chen")]))
    weekdays = SelectMultipleField("Days that suit", choices=options(DAYS), option_widget=CheckboxInput(),
                                   widget=ListWidget(),
                                   description="These days are preferred; others are used where they must be.")
    channels = SelectMultipleField("May we write to you?", choices=options(CHANNELS),
                                   option_widget=CheckboxInput(), widget=ListWidget())
    protocol = RadioField("Protocol", [InputRequired("Choose a protocol.")],
                          choices=options([("six", "Six infusions"), ("eight", "Eight infusions")]))
    note = TextAreaField("Note", [Optional()])
    agreed = BooleanField("The patient has agreed to reminders")


def _infusion(number: int, day: int, status: str, total: int = 6, **more) -> StripMark:
    return StripMark("infusion", status, MONDAY + timedelta(days=day), f"Infusion {number} of {total}", time(9),
                     number=number, href=f"#infusion-{number}", **more)


def _therapy(day: int, status: str, hangs_from: int, label: str = "Integration session", **more) -> StripMark:
    return StripMark("therapy", status, MONDAY + timedelta(days=day), label, time(14, 30), hangs_from=hangs_from,
                     href="#session", **more)


def load() -> DayLoad:
    """A nurse's day that fills up before noon."""
    used = [0] * 96 + [2] * 12 + [4] * 18 + [2] * 12 + [1] * 24 + [0] * 126
    return DayLoad(MONDAY, "nurse", tuple(used), tuple([0] * 96 + [4] * 120 + [0] * 72))


def strips() -> tuple[tuple[str, CourseStrip], ...]:
    """Strips by name: a course under way, a plan, a held plan, a change, a long course, busy days, nothing."""
    return (
        ("Under way", CourseStrip("A course under way", _under_way(), today=date(2027, 1, 14), closed=HOLIDAY)),
        ("Proposed, with its windows", CourseStrip("A proposed course", _plan("proposed"), _windows(), closed=HOLIDAY)),
        ("Held", CourseStrip("A held course", _plan("held"), closed=HOLIDAY)),
        ("A change: ghosts and arrows", CourseStrip("A changed course", _change(), today=MONDAY + timedelta(days=3))),
        ("Maintenance over months, empty weeks folded", CourseStrip("A long course", _long(), today=date(2027, 5, 4))),
        ("Several visits on one day", CourseStrip("Busy days", _busy())),
        ("Empty", CourseStrip("An empty course", ())),
    )


def _plan(status: str) -> tuple[StripMark, ...]:
    infusions = tuple(_infusion(n + 1, day, status) for n, day in enumerate((1, 3, 7, 10, 15, 17)))
    sessions = (_therapy(0, status, 1, "Preparation session"), _therapy(4, status, 2), _therapy(11, status, 4),
                _therapy(18, status, 6))
    return infusions + sessions


def _windows() -> tuple[StripWindow, ...]:
    def window(first: int, last: int, label: str, kind: str) -> StripWindow:
        return StripWindow(MONDAY + timedelta(days=first), MONDAY + timedelta(days=last), label, kind)
    return (window(2, 4, "Infusion 2: two to four days", "infusion"), window(6, 8, "Infusion 3", "infusion"),
            window(4, 6, "Integration within three days", "therapy"), window(11, 13, "Integration", "therapy"))


def _under_way() -> tuple[StripMark, ...]:
    return (
        StripMark("other", "given", MONDAY - timedelta(days=5), "Consultation", time(10), href="#consultation"),
        _therapy(0, "given", 1, "Preparation session"), _infusion(1, 1, "given"), _infusion(2, 3, "given"),
        _therapy(4, "given", 2), _infusion(3, 7, "missed"), _infusion(3, 8, "given"), _infusion(4, 10, "arrived"),
        _therapy(11, "booked", 4), _infusion(5, 15, "cancelled"), _infusion(5, 16, "booked"), _infusion(6, 18, "held"),
        _therapy(21, "booked", 6))


def _change() -> tuple[StripMark, ...]:
    def moved(day: int) -> dict:
        return {"was_on": MONDAY + timedelta(days=day)}
    return (
        _infusion(1, 0, "given"), _infusion(2, 2, "given"), _infusion(3, 4, "cancelled"),
        _infusion(3, 7, "proposed", **moved(4)), _infusion(4, 10, "proposed", **moved(7)),
        _infusion(5, 14, "proposed", **moved(11)), _infusion(6, 16, "booked"),
        _therapy(8, "proposed", 3, **moved(5)), _therapy(17, "booked", 6))


def _long() -> tuple[StripMark, ...]:
    days = (0, 3, 7, 10, 14, 17, 24, 31, 45, 59, 87, 115, 143, 171)
    return tuple(_infusion(n + 1, day, "given" if day < 120 else "booked", len(days)) for n, day in enumerate(days))


def _busy() -> tuple[StripMark, ...]:
    return (
        _infusion(1, 1, "given", 3), _therapy(1, "given", 1), _therapy(1, "given", 1, "Family session"),
        StripMark("other", "given", MONDAY + timedelta(days=1), "Consultation", time(8)),
        _infusion(2, 4, "booked", 3), _therapy(4, "booked", 2), _therapy(7, "booked", 2), _therapy(8, "booked", 2),
        _infusion(3, 8, "booked", 3), _therapy(9, "booked", 3))
