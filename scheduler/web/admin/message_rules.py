"""The rules of sending: a visit's time line of messages, each to be changed with a preview, reset, and taken back."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.reminder_rules import ReminderRule
from scheduler.planning.rule_documents import from_document, wrong_in
from scheduler.planning.rule_words import moment_words, rule_name, rule_words
from scheduler.queries.message_rules import RuleRow, removed_rules, rule_rows, rules_of
from scheduler.services.messages.message_rules import (
    ChangeRule,
    RuleChanged,
    TakeRuleBack,
    change_rule,
    count_change,
    reset_rule,
    take_rule_back,
    with_rule,
)
from scheduler.services.messages.replan_messages import Replanned
from scheduler.services.messages.sample_course import Reached, SampleCourse, foretell_sample
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import show_faults
from scheduler.web.admin.message_rule_form import RuleForm, document_of, form_for
from scheduler.web.door import current_viewer, database, needs, now, settings
from scheduler.web.message_line import in_order, marks_of
from scheduler.web.said import say


@admin.get("/messages")
@needs(Permission.ADMINISTER)
def message_rules() -> str:
    """Every rule, in the order in which a visit meets them."""
    with database().reading() as session:
        rows = {row.rule.id: row for row in rule_rows(session, current_viewer().clinic_id)}
        removed = removed_rules(session, current_viewer().clinic_id)
    ordered = in_order([row.rule for row in rows.values()])
    return render_template("admin/message_rules.html", rows=[rows[rule.id] for rule in ordered],
                           marks=marks_of(ordered), removed=removed, rule_name=rule_name, rule_words=rule_words,
                           moment_words=moment_words)


@admin.route("/messages/<rule_id>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def message_rule(rule_id: str) -> ResponseReturnValue:
    """Change one: first what it would change is told in numbers, then it is done."""
    row = _row(rule_id)
    form, told = form_for(row.rule, row.version), None
    if form.validate_on_submit():
        command = _command(form, row)
        if any(wrong_in(from_document(rule_id, command.document))) or request.form.get("go_on") == "yes":
            done = _change(form, command)
            if done is not None:
                return done
        else:
            with database().reading() as session:
                told = count_change(session, command, by=current_viewer(), now=now())
    page = render_template("admin/message_rule.html", form=form, row=row, told=told, counted=counted,
                           name=rule_name(row.rule), words=rule_words(row.rule), wrong=[],
                           sample=sample_of(wanted_of(form, row), reached_of(form)))
    return Response(page, 422 if form.errors or form.form_errors else 200)


@admin.post("/messages/<rule_id>/preview")
@needs(Permission.ADMINISTER)
def message_rule_preview(rule_id: str) -> ResponseReturnValue:
    """The messages of an example course under the rule as it is typed; part of the page."""
    row = _row(rule_id)
    form = form_for(row.rule, row.version)
    if not form.validate():
        return render_template("admin/_rule_preview.html", wrong=["There is something to put right above."])
    wanted = wanted_of(form, row)
    wrong = [one.sentence for one in wrong_in(wanted)]
    return render_template("admin/_rule_preview.html", wrong=wrong, words=rule_words(wanted),
                           sample=None if wrong else sample_of(wanted, reached_of(form)))


@admin.post("/messages/<rule_id>/reset")
@needs(Permission.ADMINISTER)
def message_rule_reset(rule_id: str) -> ResponseReturnValue:
    """As shipped again."""
    with database().writing() as session:
        result = reset_rule(session, rule_id, by=current_viewer(), now=now())
    return told_of(result, "is as shipped again")


@admin.post("/messages/<rule_id>/undo")
@needs(Permission.ADMINISTER)
def message_rule_undo(rule_id: str) -> ResponseReturnValue:
    """Take the newest change back."""
    version = request.form.get("version", type=int) or abort(400)
    with database().writing() as session:
        result = take_rule_back(session, TakeRuleBack(rule_id, version), by=current_viewer(), now=now())
    return told_of(result, "is as it was before")


def _row(rule_id: str) -> RuleRow:
    with database().reading() as session:
        rows = rule_rows(session, current_viewer().clinic_id)
    return next((row for row in rows if row.rule.id == rule_id), None) or abort(404)


def _command(form: RuleForm, row: RuleRow) -> ChangeRule:
    version = form.version.data or ""
    return ChangeRule(row.rule.id, document_of(form, row.rule), int(version) if version.isdigit() else -1)


def wanted_of(form: RuleForm, row: RuleRow) -> ReminderRule:
    """The rule as it is typed; as it stands where that is none."""
    if form.errors or not form.how.data:
        return row.rule
    wanted = from_document(row.rule.id, document_of(form, row.rule))
    return wanted if (request.endpoint or "").endswith("_preview") or not any(wrong_in(wanted)) else row.rule


def reached_of(form: RuleForm) -> Reached:
    """How the patient of the example can be reached."""
    return Reached(form.reached.data) if form.reached.data in list(Reached) else Reached.BOTH


def sample_of(wanted: ReminderRule, reached: Reached) -> SampleCourse:
    """The messages of an example course under the rule as it is wanted."""
    clinic_id = current_viewer().clinic_id
    with database().reading() as session:
        return foretell_sample(session, clinic_id, with_rule(rules_of(session, clinic_id), wanted), reached,
                               base_url=settings().base_url, now=now())


def _change(form: RuleForm, command: ChangeRule) -> ResponseReturnValue | None:
    with database().writing() as session:
        result = change_rule(session, command, by=current_viewer(), now=now())
    if isinstance(result, Refused):
        show_faults(form, result)
        return None
    return told_of(result, "is changed")


def told_of(result: RuleChanged | Refused | NotFound, what: str, name: str = "") -> ResponseReturnValue:
    """Say what was done to a rule (`name`: of one that is gone) and to planned messages, with the way back."""
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        name = name or _name_of(result.rule_id)
        undo = url_for("admin.message_rule_undo", rule_id=result.rule_id) if result.version else None
        say(f"“{name}” {what}. {counted(result.messages)}", undo=undo, fields={"version": str(result.version)})
    return redirect(url_for("admin.message_rules"), 303)


def _name_of(rule_id: str) -> str:
    with database().reading() as session:
        clinic_id = current_viewer().clinic_id
        rules = [*rules_of(session, clinic_id), *(one.rule for one in removed_rules(session, clinic_id))]
    return next(rule_name(rule) for rule in rules if rule.id == rule_id)


def counted(done: Replanned) -> str:
    """What becomes of planned messages, in a sentence."""
    if not done.whole:
        return "No planned message changes."
    parts = [f"{number} {word}" for number, word in (
        (done.changed, "at another time or another way"), (done.withdrawn, "withdrawn"), (done.added, "more"))
        if number]
    change = "1 planned message changes" if done.whole == 1 else f"{done.whole} planned messages change"
    return f"{change}: {', '.join(parts)}."
