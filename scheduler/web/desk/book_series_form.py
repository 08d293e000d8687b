"""The form of a series: what is booked on which order, what suits the patient and what does not. Its shape only."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TimeField,
)
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.services.booking.offers import PlanSeries
from scheduler.services.booking.record_order import MOST
from scheduler.services.booking.wishes import Away, Wishes
from scheduler.web.desk.order_fields import OrderFields

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FAR = date(2199, 12, 31)
ANY, SEVERAL = 0, -1
"""Instead of a therapist: anybody (one throughout where the protocol keeps one), or several."""


class AwayForm(Form):
    """Days, or hours of a day, on which the patient cannot come. An empty row means nothing."""

    first_day = DateField("From", validators=[Optional()])
    first_time = TimeField("From what time", validators=[Optional()])
    last_day = DateField("Until", validators=[Optional()])
    last_time = TimeField("Until what time", validators=[Optional()])

    def validate_last_day(self, field: DateField) -> None:
        """A row that says anything says its first day, and ends after it begins."""
        if self.first_day.data is None:
            if field.data or self.first_time.data or self.last_time.data:
                raise StopValidation("Enter the first day as well, or clear this row.")
        elif self.away.ends <= self.away.begins:
            raise StopValidation("This ends before it begins.")

    @property
    def away(self) -> Away:
        """The interval: whole days where no times are given."""
        first, last = self.first_day.data, self.last_day.data or self.first_day.data
        ends = (datetime.combine(last, self.last_time.data) if self.last_time.data
                else datetime.combine(last + timedelta(days=1), time()))
        return Away(datetime.combine(first, self.first_time.data or time()), ends)


def away_row(away: Away) -> dict:
    """The row of an interval, as `AwayForm` takes it."""
    last = away.ends if away.ends.time() != time() else away.ends - timedelta(days=1)
    return {"first_day": away.begins.date(), "first_time": away.begins.time() if away.begins.time() != time() else None,
            "last_day": last.date(), "last_time": away.ends.time() if away.ends.time() != time() else None}


def _weekdays(label: str, help_: str) -> SelectMultipleField:
    return SelectMultipleField(label, coerce=int, description=help_, option_widget=CheckboxInput(),
                               widget=ListWidget(prefix_label=False))


class SeriesForm(OrderFields):
    """What a series is booked on and when it suits. The choices come from `scheduler.queries.booking_choices`."""

    protocol = RadioField("Protocol", validators=[InputRequired("Choose a protocol.")], validate_choice=False)
    infusions = IntegerField("Infusions to book now", validators=[
        Optional(), NumberRange(1, MOST, f"Enter a number from 1 to {MOST}.")])
    earliest = DateField("Earliest day", validators=[InputRequired("Enter the earliest day.")])
    latest = DateField("Latest day", validators=[Optional()])
    weekdays = _weekdays("Days that suit", "")
    from_time = TimeField("From", validators=[Optional()])
    to_time = TimeField("To", validators=[Optional()])
    not_weekdays = _weekdays("Never on", "")
    away = FieldList(FormField(AwayForm), "Cannot come", min_entries=1, max_entries=20)
    therapist = SelectField("Therapist", coerce=int, validate_choice=False)
    instead = HiddenField()

    today: date
    """Set by whoever makes the form: the clinic-local date."""

    def validate_protocol(self, field: RadioField) -> None:
        """Only a protocol that is ready can be chosen."""
        if field.data not in [str(value) for value, *_ in field.choices]:
            raise StopValidation("Choose one of the protocols that are ready.")

    def validate_earliest(self, field: DateField) -> None:
        """Nothing is planned in the past, nor in another century."""
        if field.data and not self.today <= field.data <= FAR:
            raise StopValidation("Choose today or a later day.")

    def validate_latest(self, field: DateField) -> None:
        """A course ends after it begins."""
        if field.data and not (self.earliest.data or self.today) <= field.data <= FAR:
            raise StopValidation("The latest day lies before the earliest.")

    def validate_to_time(self, field: TimeField) -> None:
        """Hours that suit end after they begin."""
        if self.from_time.data and field.data and time() != field.data <= self.from_time.data:
            raise StopValidation("This must be later than the time from which it suits.")

    def validate_not_weekdays(self, field: SelectMultipleField) -> None:
        """Some day must be left."""
        if field.choices and {value for value, *_ in field.choices} <= set(field.data or ()):
            raise StopValidation("No day is left on which the patient can come.")

    def to_wishes(self, infusions: int) -> Wishes:
        """The wishes that this form says; `infusions` where none were entered."""
        return Wishes(
            earliest_on=self.earliest.data, infusions=self.infusions.data or infusions, latest_on=self.latest.data,
            weekdays=tuple(sorted(self.weekdays.data or ())), from_time=self.from_time.data,
            to_time=self.to_time.data, not_weekdays=tuple(sorted(self.not_weekdays.data or ())),
            away=tuple(row.away for row in self.away_rows if row.first_day.data),
            therapist_id=self.therapist.data if self.therapist.data not in (ANY, SEVERAL) else None,
            one_therapist=self.therapist.data != SEVERAL)

    @property
    def away_rows(self) -> list[AwayForm]:
        """The rows of absences, one or more."""
        return [entry.form for entry in self.away]

    def to_command(self, patient_id: int, order_id: int, infusions: int) -> PlanSeries:
        """The plan that this form asks for on an order."""
        instead = str(self.instead.data or "")
        return PlanSeries(patient_id, order_id, int(self.protocol.data), self.to_wishes(infusions),
                          instead_of=int(instead) if instead.isdecimal() and len(instead) < 10 else None)
