"""The one door: who asks, whether they may, and how a view reaches the database.

Default deny: an endpoint needs `@needs(...)`, or a place on the short open list, or nobody gets in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from config import Settings
from scheduler.access import Permission, Viewer
from scheduler.clock import utc_now
from scheduler.database import Database
from scheduler.queries.viewers import ViewerClinic, clinic_of, clinics_of, viewer_for
from scheduler.services.patients.note_view import SUBJECTS, note_view

View = TypeVar("View", bound=Callable)

OPEN: set[str] = {"static", "assets.vendor", "health.healthz", "health.readyz"}
"""Endpoints that anyone may ask for; a blueprint adds its own with `open_to_all`, and a test lists them all."""


def needs(permission: Permission) -> Callable[[View], View]:
    """Say which permission a view asks for; the door checks it before the view runs."""
    def mark(view: View) -> View:
        view.needed_permission = permission
        return view
    return mark


def open_to_all(endpoint: str) -> None:
    """Put an endpoint (`blueprint.view`) on the open list: sign-in, health, the patients' pages behind a link."""
    OPEN.add(endpoint)


def database() -> Database:
    """The application's database."""
    return current_app.extensions["leafout_database"]


def settings() -> Settings:
    """The application's settings."""
    return current_app.extensions["leafout_settings"]


def now() -> datetime:
    """The instant at which this request came in: one for the whole request."""
    if "now" not in g:
        g.now = utc_now()
    return g.now


def current_viewer() -> Viewer:
    """The viewer of this request; only views behind `@needs` may ask."""
    return g.viewer


def current_clinic() -> ViewerClinic:
    """The clinic that the viewer looks at."""
    if "clinic" not in g:
        with database().reading() as reading:
            g.clinic = clinic_of(reading, g.viewer.clinic_id)
    return g.clinic


def to_sign_in() -> Response:
    """To the sign-in page and back to this path afterwards; htmx is told to load it as a page of its own.

    What a page asks by itself leads nowhere: the page at hand locks itself, and nothing typed on it is lost.
    """
    if "X-Background" in request.headers and "HX-Request" in request.headers:
        return Response(status=401)
    asked = request.path if request.method == "GET" else None
    idle = "1" if g.get("was_idle") else None
    if "HX-Request" in request.headers:
        shown = urlsplit(request.headers.get("HX-Current-URL", "")).path or None
        return Response(status=401, headers={"HX-Redirect": url_for("security.login", next=shown, idle=idle)})
    return redirect(url_for("security.login", next=None if asked == "/" else asked, idle=idle))


def _viewer() -> Viewer | None:
    staff_id = getattr(current_user, "staff_id", None)
    if staff_id is None:
        return None
    with database().reading() as reading:
        chosen = session.get("clinic_id")
        viewer = viewer_for(reading, staff_id, chosen) if chosen else None
        if viewer is None or "several_clinics" not in session:
            clinics = clinics_of(reading, staff_id)
            session["several_clinics"] = len(clinics) > 1
            if viewer is None and clinics:
                session["clinic_id"] = clinics[0][0]
                viewer = viewer_for(reading, staff_id, clinics[0][0])
    return viewer


def _check() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None
    view = current_app.view_functions[endpoint]
    permission = getattr(view, "needed_permission", None)
    if permission is None:
        return None if endpoint in OPEN else abort(403)
    g.viewer = _viewer()
    if g.viewer is None:
        if current_user.is_authenticated:  # a role nowhere any more: without this, sign-in would send them back here
            logout_user()
        return to_sign_in()
    if not g.viewer.may(permission):
        abort(403)
    return None


def _note(response: Response) -> Response:
    """Whoever was shown a page about one patient is written down, in a transaction of its own."""
    if (request.method == "GET" and response.status_code == 200 and g.get("viewer")
            and "X-Background" not in request.headers and SUBJECTS.keys() & (request.view_args or {}).keys()):
        with database().writing() as writing:
            note_view(writing, str(request.endpoint), request.view_args or {}, by=g.viewer, now=now())
    return response


def hang(app: Flask) -> None:
    """Put the door into an application: nothing is served past it."""
    app.before_request(_check)
    app.after_request(_note)
    app.context_processor(lambda: {
        "viewer": g.get("viewer"), "clinic": current_clinic() if g.get("viewer") else None})
