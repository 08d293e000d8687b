"""The form of the public page: its shape only. There is no field to write freely in: nothing about health comes in."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
)
from wtforms.validators import DataRequired, Email, Length, Optional

from scheduler.planning.languages import LANGUAGES
from scheduler.planning.requests import ContactReason, DayPart, HeardFrom
from scheduler.planning.words import Channel
from scheduler.queries.request_page import PublicPage
from scheduler.services.patients.ask import AskForAppointment
from scheduler.services.refusal import Refused
from scheduler.web.options import options
from scheduler.web.patient import asked_words
from scheduler.web.patient.asked_stamp import Stamp


def _stripped(value: str | None) -> str | None:
    return " ".join(value.split()) if isinstance(value, str) else value


class BirthDate(DateField):
    """A date that says in the reader's words what is wrong with it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date; an empty one is none."""
        try:
            super().process_formdata([value for value in valuelist if value])
        except ValueError:
            raise ValueError(gettext("Please write the date of birth as month, day and year.")) from None


class AskForm(FlaskForm):
    """Who, how to reach, what suits, how they heard, and what they agree to."""

    class Meta(FlaskForm.Meta):
        """Messages come from our own catalogue."""

        locales: tuple[str, ...] = ("en",)

    given_name = StringField(lazy_gettext("First name"), filters=[_stripped], validators=[
        DataRequired(lazy_gettext("Please write your first name.")),
        Length(max=120, message=lazy_gettext("At most 120 letters, please."))])
    family_name = StringField(lazy_gettext("Last name"), filters=[_stripped], validators=[
        DataRequired(lazy_gettext("Please write your last name.")),
        Length(max=120, message=lazy_gettext("At most 120 letters, please."))])
    birth_date = BirthDate(lazy_gettext("Date of birth"), validators=[Optional()])
    telephone = TelField(lazy_gettext("Telephone"), filters=[_stripped], validators=[
        Optional(), Length(max=40, message=lazy_gettext("No telephone has this number. Please check it."))])
    call_parts = SelectMultipleField(lazy_gettext("When is a good time to call you?"), validators=[Optional()])
    email = EmailField(lazy_gettext("E-mail"), filters=[_stripped], validators=[
        Optional(), Length(max=254, message=lazy_gettext("This is no e-mail address. It looks like name@example.com.")),
        Email(lazy_gettext("This is no e-mail address. It looks like name@example.com."))])
    language = RadioField(lazy_gettext("In which language may we answer you?"), choices=options(LANGUAGES.items()))
    reasons = SelectMultipleField(lazy_gettext("What is it about?"), validators=[Optional()])
    weekdays = SelectMultipleField(lazy_gettext("Which days suit you?"), coerce=int, validators=[Optional()])
    day_parts = SelectMultipleField(lazy_gettext("What time of day suits you?"), validators=[Optional()])
    heard = SelectField(lazy_gettext("How did you hear of us?"), validators=[Optional()])
    consents = SelectMultipleField(lazy_gettext("How may we contact you?"), validators=[Optional()])
    stamp = HiddenField()
    website = StringField(lazy_gettext("Please leave this field empty"), validators=[Optional()])
    """People do not see it; programs fill it in."""

    def offer(self, page: PublicPage, consents: dict[Channel, str]) -> None:
        """Put the choices into the form, in the reader's language."""
        self.call_parts.choices = self.day_parts.choices = options(asked_words.day_parts().items())
        self.weekdays.choices = options(asked_words.weekdays(page).items())
        self.reasons.choices = options(asked_words.reasons().items())
        self.heard.choices = options([("", ""), *asked_words.heard().items()])
        self.consents.choices = options(consents.items())

    def to_command(self, page: PublicPage, stamp: Stamp) -> AskForAppointment:
        """What this form asks for."""
        return AskForAppointment(
            clinic_id=page.clinic.id, form_key=stamp.key, given_name=self.given_name.data,
            family_name=self.family_name.data, language=self.language.data,
            consents={channel: words for channel, words in stamp.consents.items()
                      if channel in (self.consents.data or ())},
            email=self.email.data or None, telephone=self.telephone.data or None, birth_date=self.birth_date.data,
            reasons=frozenset(map(ContactReason, self.reasons.data or ())),
            heard=HeardFrom(self.heard.data) if self.heard.data else None,
            weekdays=frozenset(self.weekdays.data or ()), day_parts=frozenset(map(DayPart, self.day_parts.data or ())),
            call_parts=frozenset(map(DayPart, self.call_parts.data or ())))

    def note(self, refused: Refused) -> None:
        """Put what the service refused beside the fields, in the reader's words."""
        for conflict in refused.conflicts:
            field: Field = self[conflict.name]
            field.errors = (*field.errors, asked_words.wrong(conflict.what))
