"""Ask a service for a change, and bring what it says back to the form: faults to their fields, hits above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, request
from flask_wtf import FlaskForm

from scheduler.queries.hit_visits import HitVisit
from scheduler.services.hits import Changed, Hits
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.door import current_viewer, database, now


@dataclass(frozen=True)
class Attempt:
    """What came of a form: `done` is the row's id (or ids) where it was written, `hits` the visits in the way."""

    done: Any = None
    hits: tuple[HitVisit, ...] = ()

    @property
    def afterwards(self) -> str:
        """What the person should know when the change was made although it hit visits."""
        count = len(self.hits)
        return "" if not count else (
            " 1 visit stays booked and is on the worklist." if count == 1
            else f" {count} visits stay booked and are on the worklist.")


def attempt(form: FlaskForm, verb: Callable[..., Any], *args: Any, asks: bool = False, **more: Any) -> Attempt:
    """Run a verb in a writing transaction; `asks` for one that answers Hits until it is told to go on. May be a 404."""
    if asks:
        more["go_on"] = request.form.get("go_on") == "yes"
    with database().writing() as session:
        result = verb(session, *args, by=current_viewer(), now=now(), **more)
    match result:
        case NotFound():
            abort(404)
        case Refused():
            show_faults(form, result)
            return Attempt()
        case Hits(visits):
            return Attempt(None, visits)
        case Changed(row_id, visits):
            return Attempt(row_id, visits)
    return Attempt(result)


def show_faults(form: FlaskForm, refused: Refused) -> None:
    """Put each fault beside its field, and one without a field on top of the form."""
    for conflict in refused.conflicts:
        name = str(getattr(conflict, "field", "")).replace(".", "_")
        if name in form:
            form[name].errors = [*form[name].errors, conflict.sentence]
        else:
            form.form_errors.append(conflict.sentence)


def shown(template: str, form: FlaskForm, tried: Attempt | None = None, **context: Any) -> Response:
    """A form's page: 422 where the form came back, else 200."""
    tried = tried or Attempt()
    status = 422 if form.errors or form.form_errors or tried.hits else 200
    return Response(render_template(template, form=form, hits=tried.hits, **context), status)
