"""Every endpoint of the application at its one door: who is let in, who is not, and whose rows are nobody else's."""

from __future__ import annotations

import pytest
from flask import Flask

from scheduler.access import GRANTS, Permission
from scheduler.planning.words import Role
from scheduler.web import door
from tests.builders import build_patient
from tests.web.client import web_app
from tests.web.strangers import HARMLESS, strangers_ids

OPEN = {
    "static", "assets.vendor", "health.healthz", "health.readyz",
    "security.login", "security.logout", "security.forgot_password", "security.reset_password",
    "auth.idle", "auth.lock", "auth.again",
    "patient.enter", "patient.visit", "patient.visits", "patient.calendar", "patient.confirm", "patient.cannot_come",
    "patient.take_back", "patient.offer", "patient.offer_accept", "patient.offer_decline", "patient.offer_back",
    "patient.new_times", "patient.new_times_accept", "patient.new_times_decline",
    "gateway.status", "gateway.inbound",
    "patient.ask", "patient.ask_send", "patient.ask_received",
    "patient.change_language", "patient.birth_date", "patient.birth_date_given", "patient.new_link", "patient.move",
    "patient.move_chosen", "patient.move_back", "patient.cancel", "patient.cancelled", "patient.cancel_back",
    "patient.wait", "patient.wait_end", "patient.ride", "patient.ride_named", "patient.wishes", "patient.wishes_set",
    "patient.stop", "patient.stop_back", "patient.samples", "patient.withdraw",
}
"""Everything that stands open to whoever asks. A new name here is a decision."""


def endpoints(app: Flask) -> dict:
    """Every endpoint of the URL map with one of its rules."""
    return {rule.endpoint: rule for rule in app.url_map.iter_rules()}


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    return getattr(app.view_functions[endpoint], "needed_permission", None)


def methods_of(rule) -> list[str]:
    return sorted(rule.methods & {"GET", "POST"})


def address(app: Flask, rule, ids: dict) -> str:
    unknown = rule.arguments - ids.keys() - HARMLESS.keys()
    assert not unknown, f"{rule.endpoint}: tell tests/web/strangers.py whose row {unknown} names"
    with app.test_request_context():
        return app.url_for(rule.endpoint, **{name: {**HARMLESS, **ids}[name] for name in rule.arguments})


def ask(client, method: str, url: str):
    return client.open(url, method=method)


@pytest.fixture(scope="module")
def bare_app() -> Flask:
    """The application with its URL map; nobody asks it anything."""
    return web_app(None, database_url="sqlite:////dev/null")


def test_the_open_list_is_what_was_decided(bare_app) -> None:
    registered = endpoints(bare_app).keys()
    assert {name for name in registered if permission_of(bare_app, name) is None} == OPEN & registered
    assert OPEN & registered <= door.OPEN


def test_no_endpoint_is_open_and_guarded_at_once(bare_app) -> None:
    both = [name for name in endpoints(bare_app) if name in door.OPEN and permission_of(bare_app, name)]
    assert both == []


def test_a_forgotten_permission_means_nobody(app, client_for) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for role in (None, *Role):
        assert client_for(role).get("/forgotten").status_code == 403


@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_at_each_endpoint(app, client_for, database, role) -> None:
    with database.writing() as session:
        ids = strangers_ids(session)
    client, wrong = client_for(role), []
    granted = frozenset() if role is None else GRANTS[role]
    for endpoint, rule in endpoints(app).items():
        permission = permission_of(app, endpoint)
        if permission is None:
            continue
        for method in methods_of(rule):
            answer = ask(client, method, address(app, rule, ids))
            if role is None:
                good = answer.status_code in (302, 403) and "/sign-in" in (answer.location or "/sign-in")
            elif permission in granted:
                good = answer.status_code not in (401, 403, 500)
            else:
                good = answer.status_code == 403
            if not good:
                wrong.append(f"{role}: {method} {rule} gave {answer.status_code}")
    assert wrong == []


def test_another_clinic_s_rows_are_404_at_every_endpoint(app, client_for, database) -> None:
    """Whoever has the permission and asks for an id of another clinic is told that there is nothing."""
    with database.writing() as session:
        ids = strangers_ids(session)
    clients = {role: client_for(role) for role in Role}
    asked, wrong = 0, []
    for endpoint, rule in endpoints(app).items():
        permission = permission_of(app, endpoint)
        if permission is None or not rule.arguments & ids.keys():
            continue
        role = next(role for role in Role if permission in GRANTS[role])
        for method in methods_of(rule):
            asked += 1
            answer = ask(clients[role], method, address(app, rule, ids))
            if answer.status_code != 404:
                wrong.append(f"{method} {rule} gave {answer.status_code}")
    assert wrong == []
    assert asked or not any(rule.arguments & ids.keys() for rule in endpoints(app).values())


def test_another_clinic_s_row_under_our_own_patient_is_404_as_well(app, client_for, database, kit) -> None:
    with database.writing() as session:
        ids = {**strangers_ids(session), "patient_id": build_patient(session, kit)}
    clients, wrong = {role: client_for(role) for role in Role}, []
    for endpoint, rule in endpoints(app).items():
        permission = permission_of(app, endpoint)
        if permission is None or "patient_id" not in rule.arguments or not (rule.arguments - {"patient_id"}) & set(ids):
            continue
        role = next(role for role in Role if permission in GRANTS[role])
        for method in methods_of(rule):
            answer = ask(clients[role], method, address(app, rule, ids))
            if answer.status_code not in (404, 410):
                wrong.append(f"{method} {rule} gave {answer.status_code}")
    assert wrong == []
