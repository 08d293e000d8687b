"""The form of a clinic's settings, and what each weight of the planner means."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from scheduler.planning.crisis import CRISIS_SOURCE
from scheduler.queries.clinic_settings import ClinicSettings

WEIGHTS = {
    "finish_day": ("A day later at the end", "How bad it is that a series ends a day later."),
    "gap_day": ("A day off the published day", "How bad each day is by which a visit lies off its target day."),
    "off_preference": ("Against a wish", "How bad a visit is on a day or at a time that the patient did not wish for."),
    "handover": ("Another {kind}", "How bad it is that two visits in a row have different people or places."),
    "crowding": ("A full {kind}", "How bad it is to come while many are busy: more spreads visits over the day."),
    "moved": ("A visit moved", "How bad it is to move a visit that is booked already."),
    "moved_day": ("A day moved", "How bad each day is by which a booked visit moves."),
    "reassigned": ("Somebody else instead", "How bad it is that a booked visit keeps its time but not its people."),
}
"""By name: what the page calls a weight, and what it does. The weight of a series left out is not for people to set."""
NUMBER = "Give a whole number."


def weight_words(name: str) -> tuple[str, str]:
    """The label and the help of one weight; "handover.nurse" reads "Another nurse"."""
    outer, _, kind = name.partition(".")
    label, help_ = WEIGHTS[outer]
    return label.format(kind=kind), help_


class WeightRow(Form):
    """One weight."""

    key = HiddenField()
    units = IntegerField("Units", validators=[InputRequired(NUMBER), NumberRange(0, 100_000, "0 to 100,000.")])


def _whole(label: str, least: int, most: int, help_: str) -> IntegerField:
    return IntegerField(label, description=help_, validators=[
        InputRequired(NUMBER), NumberRange(least, most, f"From {least} to {most}.")])


def _agreed(label: str, most: int) -> IntegerField:
    return IntegerField(label, description="For patients whose express consent to more is recorded. Empty: as above.",
                        validators=[Optional(), NumberRange(1, most, f"From 1 to {most}, or empty.")])


class ClinicForm(FlaskForm):
    """What an administrator sets for the clinic as a whole."""

    name = StringField("Name", validators=[InputRequired("Give the clinic's name."), Length(max=120)],
                       description="On pages and letters. It must not say what people are treated for.")
    short_name = StringField("Short name", validators=[InputRequired("Give a short name."), Length(max=40)],
                             description="In text messages, where anybody may see it.")
    telephone = TelField("Telephone", validators=[InputRequired("Give the telephone number."), Length(max=32)],
                         description="Every letter and every patient's page carries it.")
    address = TextAreaField("Address", validators=[Length(max=400)], description="For itineraries and calendars.")
    timezone = SelectField("Time zone", choices=sorted(available_timezones()))
    grid_minutes = _whole("Grid, minutes", 1, 60, "Visits begin on multiples of this, and phases take multiples of it.")
    hold_minutes = _whole("Hold a chosen plan, minutes", 1, 240, "How long the desk may think before it books.")
    latest_days = _whole("Look ahead, days", 7, 730, "How far after its earliest day a series may end.")
    offer_minutes = _whole("Keep an offered time, minutes", 10, 1440, "How long somebody who waits may think.")
    offer_lead_hours = _whole("Offer until, hours before", 1, 336, "Nearer than this a freed time is not offered.")
    notice_hours = _whole("New times at the earliest, hours from now", 0, 336,
                          "A visit that is planned anew comes no sooner. The desk may still pick a time by hand.")
    own_change_hours = _whole("Patients' own changes until, hours before", 0, 336,
                              "Nearer than this patients cannot move or cancel a visit by a link; they call.")
    messages_from = TimeField("Messages from", validators=[InputRequired("Give a time.")])
    messages_until = TimeField("Messages until", validators=[InputRequired("Give a time.")],
                               description="Nothing is sent outside these hours, at the patient's own clock.")
    texts_a_day = _whole("Texts a day", 0, 1, "To one patient: the healthcare exemption allows one (47 CFR 64.1200).")
    texts_a_week = _whole("Texts a week", 0, 3, "To one patient: the exemption allows three in seven days.")
    agreed_texts_a_day = _agreed("Texts a day, agreed", 10)
    agreed_texts_a_week = _agreed("Texts a week, agreed", 50)
    text_number = TelField("Number that texts come from", validators=[Length(max=20)], description=(
        "As the text gateway knows it. Empty: this clinic sends no texts."))
    crisis_text = StringField("What goes out at once to somebody who may be in danger", validators=[Length(max=160)],
                              description=f"In one text. The words it begins with are from: {CRISIS_SOURCE}.")
    answer_minutes = _whole("Answer a text within, minutes", 5, 1440, "While the clinic is open (your own policy).")
    on_call_minutes = _whole("Alert the next person after, minutes", 2, 120, "Where nobody has taken a crisis text.")
    preparation_text = TextAreaField("What to do before a visit", validators=[Length(max=4000)], description=(
        "For the patient's page, the evening before: food, clothes, the way home. Empty until you write it."))
    aftercare_text = TextAreaField("What to expect after a visit", validators=[Length(max=4000)], description=(
        "For the patient's page. Empty, it says: do not drive or use machines until the next day, after a good sleep "
        "(prescribing information of esketamine, “the next day after a restful sleep”), and that you tell more."))
    weights = FieldList(FormField(WeightRow), label="What the planner weighs")

    def to_settings(self) -> ClinicSettings:
        """What was typed."""
        words = ("text_number", "crisis_text",
                 "name", "short_name", "telephone", "address", "preparation_text", "aftercare_text")
        others = ClinicSettings.__dataclass_fields__.keys() - {"weights", *words}
        plain = {name: self[name].data for name in others}
        typed = {name: (self[name].data or "").replace("\r\n", "\n").strip() for name in words}
        weights = {row["key"].data: row["units"].data for row in self.weights
                   if row["key"].data.partition(".")[0] in WEIGHTS}
        return ClinicSettings(**plain, **typed, weights=weights)


def rows_of(settings: ClinicSettings) -> list[dict[str, object]]:
    """The weights that people may set, as the form's own data."""
    return [{"key": name, "units": units} for name, units in settings.weights.items()
            if name.partition(".")[0] in WEIGHTS]
