"""The form of a patient: its shape only."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.interop.telephones import TelephoneUse
from scheduler.planning.words import Channel
from scheduler.services.patients.edit_patient import PatientDetails
from scheduler.web.options import options

LANGUAGES = [("en", "English"), ("es", "Spanish"), ("zh", "Chinese"), ("pt", "Portuguese"), ("fr", "French"),
             ("ru", "Russian"), ("am", "Amharic"), ("ko", "Korean"), ("vi", "Vietnamese"), ("ar", "Arabic")]
CHANNELS = [(Channel.EMAIL.value, "E-mail"), (Channel.TEXT.value, "Text message"),
            (Channel.CALL.value, "Telephone call")]
USES = [(use.value, use.value.capitalize()) for use in TelephoneUse]


def _stripped(value: str | None) -> str | None:
    return " ".join(value.split()) if isinstance(value, str) else value


class PatientForm(FlaskForm):
    """What the desk may enter of a patient."""

    given_name = StringField("Given names", filters=[_stripped], validators=[
        InputRequired("Enter the given names."), Length(max=120, message="At most 120 letters.")])
    family_name = StringField("Family name", filters=[_stripped], validators=[
        InputRequired("Enter the family name."), Length(max=120, message="At most 120 letters.")])
    birth_date = DateField("Date of birth", validators=[
        InputRequired("Enter the date of birth as month, day and year.")])
    telephone = TelField("Telephone", filters=[_stripped], validators=[
        Optional(), Length(max=40, message="At most 40 characters.")])
    telephone_use = SelectField("Kind of telephone", choices=options(USES))
    email = EmailField("E-mail", filters=[_stripped], validators=[
        Optional(), Email("This is no e-mail address. It looks like name@example.com."), Length(max=254)])
    language = SelectField("Language", choices=options(LANGUAGES))
    preferred_channel = RadioField("How they like to hear from us", choices=options(CHANNELS),
                                   default=Channel.EMAIL.value)
    consents = SelectMultipleField("They agree to be contacted by", choices=options(CHANNELS),
                                   option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))
    beyond_caps = BooleanField("They have expressly agreed to more than one text a day and three a week", description=(
        "Counts together with texts above, and where the clinic has set its numbers for it."))
    consent_how = StringField("How they agreed", filters=[_stripped], validators=[Optional(), Length(max=200)])
    note = TextAreaField("Note for the desk", validators=[Optional(), Length(max=500, message="At most 500 letters.")])
    although_alike = BooleanField("This is another person with the same name and date of birth")

    def validate_telephone(self, field: TelField) -> None:
        """A telephone holds digits."""
        if field.data and sum(letter.isdigit() for letter in field.data) < 7:
            field.errors.append("A telephone number has at least seven digits.")

    def add_language(self, language: str) -> None:
        """Offer a language that an import brought and the list does not have."""
        if language not in dict(LANGUAGES):
            self.language.choices = options([*LANGUAGES, (language, language)])

    def to_details(self) -> PatientDetails:
        """The command that this form says."""
        return PatientDetails(
            given_name=self.given_name.data, family_name=self.family_name.data, birth_date=self.birth_date.data,
            email=self.email.data or None, telephone=self.telephone.data or None,
            telephone_use=self.telephone_use.data, language=self.language.data,
            preferred_channel=Channel(self.preferred_channel.data),
            consents=frozenset(Channel(word) for word in self.consents.data or ()),
            consent_how=self.consent_how.data or "", note=self.note.data or "",
            although_alike=self.although_alike.data, beyond_caps=self.beyond_caps.data)
