"""One import: its progress, its dry run, its report, and the possible duplicates that a person decides.

The page does the work: while rows are looked at or imported it asks for the next portion again and again, so no
request takes long. An import whose page is closed waits; whoever opens it next lets it go on.
"""

from __future__ import annotations

import csv
import io

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.imports import Fate, ImportState
from scheduler.queries.import_report import COLUMNS, report_lines
from scheduler.queries.patient_imports import PAGE, ImportScreen, import_rows, import_screen, undecided_rows
from scheduler.services.patients.import_patients import UNDER_WAY, decide_duplicate, discard_import, go_on, start_import
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk import import_looks as looks
from scheduler.web.desk.import_forms import DecideForm
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say

DECIDED = {
    Fate.CREATED: "Added as a new patient.",
    Fate.UPDATED: "Linked, and the patient brought up to date.",
    Fate.UNCHANGED: "Linked; the patient stays as is.",
}


def to_page(import_id: int) -> ResponseReturnValue:
    """Back to the import's page."""
    return redirect(url_for("desk.import_page", import_id=import_id), 303)


def after(result: object, import_id: int) -> ResponseReturnValue:
    """Back to the page with what a service refused; 404 where there is no such import."""
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    return to_page(import_id)


def the_import(import_id: int) -> ImportScreen:
    """The import of this page; 404 for another clinic's."""
    with database().reading() as session:
        return import_screen(session, current_viewer().clinic_id, import_id) or abort(404)


@desk.get("/patients/import/<int:import_id>")
@needs(Permission.IMPORT_PATIENTS)
def import_page(import_id: int) -> str:
    """Where an import stands; `fate` narrows its rows, `after` pages on."""
    fate = next((one for one in Fate if one.value == request.args.get("fate")), None)
    reached = request.args.get("after", 0, type=int)
    one, clinic_id = the_import(import_id), current_viewer().clinic_id
    with database().reading() as session:
        rows = import_rows(session, clinic_id, import_id, fate=fate, most=PAGE + 1, after=reached)
        waiting = undecided_rows(session, clinic_id, import_id) if one.undecided else ()
    return render_template(
        "desk/import_page.html", one=one, rows=rows[:PAGE], more=len(rows) > PAGE, fate=fate, after=reached,
        waiting=waiting, under_way=one.state in UNDER_WAY, looks=looks.FATES, kinds=looks.KINDS,
        summary=looks.summary(one.fates, done=one.state is ImportState.DONE), yes=looks.yes(one.fates))


@desk.post("/patients/import/<int:import_id>/go-on")
@needs(Permission.IMPORT_PATIENTS)
def import_go_on(import_id: int) -> ResponseReturnValue:
    """Do the next portion; answer with the progress, or lead to the page once the phase is over."""
    with database().writing() as session:
        step = go_on(session, import_id, by=current_viewer(), now=now())
    if isinstance(step, NotFound):
        abort(404)
    if not request.headers.get("HX-Request"):
        return to_page(import_id)
    if step.state not in UNDER_WAY:
        return Response(status=204, headers={"HX-Redirect": url_for("desk.import_page", import_id=import_id)})
    return render_template("desk/_import_progress.html", one=the_import(import_id))


@desk.post("/patients/import/<int:import_id>/start")
@needs(Permission.IMPORT_PATIENTS)
def import_start(import_id: int) -> ResponseReturnValue:
    """Say yes to the dry run."""
    with database().writing() as session:
        result = start_import(session, import_id, by=current_viewer(), now=now())
    return after(result, import_id)


@desk.post("/patients/import/<int:import_id>/discard")
@needs(Permission.IMPORT_PATIENTS)
def import_discard(import_id: int) -> ResponseReturnValue:
    """Forget a list that was not imported."""
    with database().writing() as session:
        result = discard_import(session, import_id, by=current_viewer(), now=now())
    if result is None:
        say("The list is discarded: nothing of it was kept.")
        return redirect(url_for("desk.import_upload"), 303)
    return after(result, import_id)


@desk.post("/patients/import/<int:import_id>/rows/<int:number>/decide")
@needs(Permission.IMPORT_PATIENTS)
def import_decide(import_id: int, number: int) -> ResponseReturnValue:
    """Say who a possible duplicate is."""
    form = DecideForm()
    the_import(import_id)
    if not form.validate():
        abort(400)
    with database().writing() as session:
        result = decide_duplicate(session, import_id, number, same_as=form.same_as, by=current_viewer(), now=now())
    if isinstance(result, Fate):
        say(f"Row {number}: {DECIDED[result]}")
    return after(result, import_id)


@desk.get("/patients/import/<int:import_id>/report.csv")
@needs(Permission.IMPORT_PATIENTS)
def import_report(import_id: int) -> Response:
    """Every row's fate and what to do, without names, for whoever mends the source."""
    one, clinic_id = the_import(import_id), current_viewer().clinic_id
    with database().reading() as session:
        lines = io.StringIO()
        writer = csv.writer(lines)
        writer.writerow(COLUMNS)
        writer.writerows(report_lines(session, clinic_id, import_id))
    return Response("\ufeff" + lines.getvalue(), mimetype="text/csv", headers={
        "Content-Disposition": f"attachment; filename=import-{one.id}.csv"})


