"""The forms of an import: a file, and who a possible duplicate is."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, ValidationError

SAME, OTHER = "same", "other"
KINDS = ".ndjson,.jsonl,.json,.csv,.txt,application/json,text/csv"


class UploadForm(FlaskForm):
    """One file; what it is shows when it is read."""

    file = FileField("File", validators=[FileRequired("Choose a file first.")], render_kw={"accept": KINDS})


class DecideForm(FlaskForm):
    """Who the person of a row is: the patient named, or somebody new."""

    who = StringField(validators=[AnyOf((SAME, OTHER))])
    patient_id = HiddenField()

    def validate_patient_id(self, field: HiddenField) -> None:
        """The same person needs a patient's number."""
        if self.who.data == SAME and not (field.data or "").isdecimal():
            raise ValidationError("Say which patient.")

    @property
    def same_as(self) -> int | None:
        """The id of the patient said to be the same; None for somebody new."""
        return int(self.patient_id.data) if self.who.data == SAME else None
