"""The form of one rule of sending: when, by what, for which visits."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.planning.reminder_rules import ReminderRule
from scheduler.planning.rule_documents import BEFORE, is_own, to_document
from scheduler.planning.rule_words import CONDITIONS, VISITS
from scheduler.planning.words import Channel, MessageKind, Timing, VisitKind

ORDERS = {
    "email text": "A letter; where none can be sent, a text", "text email": "A text; where none can be sent, a letter",
    "email": "A letter, nothing else", "text": "A text, nothing else",
}
HOW = {Timing.DAYS: "Days", Timing.HOURS: "Hours", Timing.UNANSWERED: "Days without an answer"}
NUMBER = "Give a whole number."


class RuleForm(FlaskForm):
    """What may be changed of a rule. Numbers are without their sign: the kind says on which side of the visit."""

    name = StringField("Name", description="For your staff; no patient sees it.")
    active = BooleanField("This rule is on")
    how = SelectField("Counted in")
    count = IntegerField("How many", validators=[InputRequired(NUMBER), NumberRange(0, 400, "0 or more.")])
    at = TimeField("At", validators=[Optional()], description="On the patient's clock. Empty: the visit's own hour.")
    channels = SelectField("By", choices=list(ORDERS.items()))
    visits = SelectMultipleField("For", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
                                 choices=[(str(kind), words.capitalize()) for kind, words in VISITS.items()])
    condition = SelectField("Condition", choices=[
        (str(one), words.capitalize() or "Always") for one, words in CONDITIONS.items()])
    useful_hours = IntegerField(validators=[InputRequired(NUMBER), NumberRange(0, 720, "0 to 720 hours.")])
    reached = SelectField("The example's patient can be reached by", choices=[
        ("both", "letters and texts"), ("letters", "letters alone"), ("texts", "texts alone")])
    version = HiddenField()


def form_for(rule: ReminderRule, version: int) -> RuleForm:
    """The form as it was sent, or with the rule as it stands."""
    side = "before" if rule.kind in BEFORE else "after"
    form = RuleForm(data={
        "name": rule.name, "active": rule.active, "how": str(rule.moment.how), "count": abs(rule.moment.count),
        "at": rule.moment.at,
        "channels": " ".join(rule.channels), "visits": [str(kind) for kind in rule.visits],
        "condition": str(rule.condition), "useful_hours": abs(to_document(rule)["useful_hours"]), "version": version,
        "reached": "both"})
    form.how.choices = [(str(how), f"{word} {side} the visit" if how != Timing.UNANSWERED else word)
                        for how, word in HOW.items() if _may(rule, how)]
    form.useful_hours.label.text = f"Not later than so many hours {side} the visit"
    form.useful_hours.description = "After that it is of no use and is not sent."
    if rule.is_task:
        del form.channels, form.useful_hours, form.condition
    if not is_own(rule.id):
        del form.name
    return form


def document_of(form: RuleForm, rule: ReminderRule) -> dict[str, Any]:
    """What was typed, as the rule's document."""
    there = to_document(rule)
    sign = -1 if rule.kind in BEFORE else 1
    counted = -1 if rule.kind in BEFORE and form.how.data != Timing.UNANSWERED else 1
    hours = form.how.data == Timing.HOURS
    own = {"kind": str(rule.kind), "name": " ".join((form.name.data or "").split())} if "name" in form else {}
    return own | {
        "how": form.how.data, "count": counted * int(form.count.data or 0),
        "at": None if hours or form.at.data is None else f"{form.at.data:%H:%M}",
        "channels": there["channels"] if "channels" not in form else form.channels.data.split(),
        "visits": [str(kind) for kind in VisitKind if str(kind) in form.visits.data],
        "condition": there["condition"] if "condition" not in form else form.condition.data,
        "useful_hours": there["useful_hours"] if "useful_hours" not in form else sign * int(
            form.useful_hours.data or 0),
        "active": form.active.data,
    }


def _may(rule: ReminderRule, how: Timing) -> bool:
    if how == Timing.UNANSWERED:
        return rule.kind == MessageKind.NO_ANSWER and Channel.CALL not in rule.channels
    return True
