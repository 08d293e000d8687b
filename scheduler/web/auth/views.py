"""The first page, the clinic that one looks at, and going on after an idle log-off."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, session, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_security import login_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from scheduler.access import Permission
from scheduler.planning.words import Role
from scheduler.queries.viewers import clinics_of
from scheduler.web import door
from scheduler.web.auth import idle as idling
from scheduler.web.auth.accounts import SignInAccount

auth = Blueprint("auth", __name__)

FIRST = (
    (Role.CLINICIAN, "clinician.my_day"), (Role.THERAPIST, "clinician.my_day"),
    (Role.FRONT_DESK, "desk.today"), (Role.FRONT_DESK, "desk.calendar"), (Role.ADMINISTRATOR, "admin.home"),
)
"""The first screen of each role, as far as the application has it."""
WRONG = "This is not the password of the account that was signed in here."


@auth.get("/")
@door.needs(Permission.SIGNED_IN)
def home() -> str | Response:
    """Go to the first screen of the viewer's role."""
    for role, endpoint in FIRST:
        if role in door.current_viewer().roles and endpoint in current_app.view_functions:
            return redirect(url_for(endpoint))
    return render_template("auth/home.html")


@auth.post("/clinic")
@door.needs(Permission.SIGNED_IN)
def choose_clinic() -> Response:
    """Look at another clinic in which the viewer has a role."""
    chosen = request.form.get("clinic_id", type=int)
    with door.database().reading() as reading:
        mine = [clinic_id for clinic_id, _ in clinics_of(reading, door.current_viewer().staff_id or 0)]
    if chosen not in mine:
        abort(404)
    session["clinic_id"] = chosen
    return redirect(url_for("auth.home"))


def my_other_clinics() -> list[tuple[int, str]]:
    """The clinics that the viewer may go over to; asked of the database only where there are several."""
    if not session.get("several_clinics"):
        return []
    viewer = door.current_viewer()
    with door.database().reading() as reading:
        return [each for each in clinics_of(reading, viewer.staff_id or 0) if each[0] != viewer.clinic_id]


@auth.get("/idle")
def idle() -> Response:
    """Seconds until this desk signs itself out, and a fresh token for the forms of the page."""
    return jsonify(seconds=idling.seconds_left(), again="again" in session, token=generate_csrf())


@auth.get("/here")
@door.needs(Permission.SIGNED_IN)
def here() -> Response:
    """Somebody is typing on a page: this counts as a click."""
    return jsonify(seconds=idling.seconds_left())


@auth.post("/lock")
def lock() -> Response:
    """Sign out now, keeping only who may go on with their password: the page hides itself when the time is over."""
    if "_user_id" in session:
        idling.sign_out_but_remember_who()
    return jsonify(seconds=0, again="again" in session, token=generate_csrf())


@auth.post("/again")
def again() -> Response | tuple[Response, int]:
    """Sign the same person in again, so that what they were writing is not lost."""
    who, clinic_id = session.get("again") or (None, None)
    store = current_app.extensions["security"].datastore
    account: SignInAccount | None = store.find_user(fs_uniquifier=who) if who else None
    if account is None or not account.active or not account.password:
        return jsonify(sentence="Too much time has passed. Sign in on the sign-in page."), 409
    typed = current_app.extensions["security"].password_util.normalize(request.form.get("password", ""))
    if not typed or not account.verify_and_update_password(typed):
        account.track_failed_authn("password")
        return jsonify(sentence=WRONG), 422
    session["clinic_id"] = clinic_id
    login_user(account, authn_via=["again"])
    store.commit()
    return jsonify(token=generate_csrf()), 200


@auth.record_once
def _hang(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(
        my_other_clinics=my_other_clinics, idle_minutes=state.app.extensions["leafout_settings"].idle_minutes)


for open_to_all in ("auth.idle", "auth.lock", "auth.again"):
    door.open_to_all(open_to_all)
