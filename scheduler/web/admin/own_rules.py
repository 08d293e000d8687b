"""Rules of sending that a clinic adds: choose what is sent, say when, look at it, save; remove, and bring back."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.protocols import Grade
from scheduler.planning.reminder_rules import ReminderRule
from scheduler.planning.rule_documents import MODELS, OWN, OWN_RULE, from_document, to_document, wrong_in
from scheduler.planning.rule_words import NAMES, rule_name, rule_words
from scheduler.planning.words import MessageKind
from scheduler.queries.message_rules import RuleRow, rule_rows
from scheduler.services.messages.message_rules import AddRule, ChangeRule, add_rule, count_change, remove_rule
from scheduler.services.refusal import Refused
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import show_faults
from scheduler.web.admin.message_rule_form import RuleForm, document_of, form_for
from scheduler.web.admin.message_rules import counted, reached_of, sample_of, told_of, wanted_of
from scheduler.web.door import current_viewer, database, needs, now

ABOUT = {
    MessageKind.ONE_DAY: ("Another reminder", "“We look forward to seeing you”, with the day and hour"),
    MessageKind.THREE_DAYS: ("A reminder some days before", "“You have a visit in a few days”, and asks for an answer"),
    MessageKind.WEEK_BEFORE: ("A reminder for next week", "“You have a visit next week”, and asks for an answer"),
    MessageKind.PREPARATION: ("Getting ready", "How to get ready, behind the patient's link"),
    MessageKind.NO_ANSWER: ("Asking again", "“We have not heard from you yet”, while a visit is unconfirmed"),
    MessageKind.AFTER_VISIT: ("After a visit", "“Thank you for coming”, with the visits to come"),
}
"""By kind what a rule that sends it is for, and what its letter says."""
SLUGS = {str(kind).replace(" ", "-"): kind for kind in ABOUT}
NEW = f"{OWN}new"


@admin.get("/messages/new")
@needs(Permission.ADMINISTER)
def own_rule_choice() -> str:
    """What a further rule could send."""
    return render_template("admin/own_rule_choice.html", choices=[
        (slug, *ABOUT[kind], NAMES[kind]) for slug, kind in SLUGS.items()])


@admin.route("/messages/new/<sends>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def own_rule(sends: str) -> ResponseReturnValue:
    """Make one: first what it would add is told in numbers, then it is done."""
    row = _model(sends)
    form, told = form_for(row.rule, 0), None
    if form.validate_on_submit():
        document = document_of(form, row.rule)
        if any(wrong_in(from_document(NEW, document))) or request.form.get("go_on") == "yes":
            done = _add(form, document)
            if done is not None:
                return done
        else:
            with database().reading() as session:
                told = count_change(session, ChangeRule(NEW, document, 0), by=current_viewer(), now=now())
    sample = sample_of(wanted_of(form, row), reached_of(form))
    page = render_template("admin/message_rule.html", form=form, row=row, told=told, counted=counted, wrong=[],
                           name="A rule of your own", sends=sends, sample=sample, new=True,
                           words=f"It sends the letter or text “{NAMES[row.rule.kind]}”.")
    return Response(page, 422 if form.errors or form.form_errors else 200)


@admin.post("/messages/new/<sends>/preview")
@needs(Permission.ADMINISTER)
def own_rule_preview(sends: str) -> str:
    """The messages of an example course with the rule as it is typed; part of the page."""
    row = _model(sends)
    form = form_for(row.rule, 0)
    if not form.validate():
        return render_template("admin/_rule_preview.html", wrong=["There is something to put right above."])
    wanted = wanted_of(form, row)
    wrong = [one.sentence for one in wrong_in(wanted) if one.field != "name"]
    return render_template("admin/_rule_preview.html", wrong=wrong, words=rule_words(wanted),
                           sample=None if wrong else sample_of(wanted, reached_of(form)))


@admin.post("/messages/<rule_id>/remove")
@needs(Permission.ADMINISTER)
def own_rule_remove(rule_id: str) -> ResponseReturnValue:
    """Remove one; what it had planned is withdrawn, and it can be brought back."""
    with database().writing() as session:
        rows = {row.rule.id: row.rule for row in rule_rows(session, current_viewer().clinic_id)}
        result = remove_rule(session, rule_id, by=current_viewer(), now=now())
    return told_of(result, "is removed", rule_name(rows[rule_id]) if rule_id in rows else "")


def _model(sends: str) -> RuleRow:
    """A rule to begin with: as the shipped one of its kind, on, and nobody's yet."""
    model = MODELS[SLUGS.get(sends) or abort(404)]
    document = to_document(model) | {"kind": str(model.kind), "name": "", "active": True}
    rule: ReminderRule = replace(from_document(NEW, document), grade=Grade.POLICY, evidence=OWN_RULE)
    return RuleRow(rule)


def _add(form: RuleForm, document: dict) -> ResponseReturnValue | None:
    with database().writing() as session:
        result = add_rule(session, AddRule(document), by=current_viewer(), now=now())
    if isinstance(result, Refused):
        show_faults(form, result)
        return None
    return told_of(result, "is added")
